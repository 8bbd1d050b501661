import type { Journal } from '../journal.ts';
import type { EventEnd } from '../marketplaceCatalog/log.ts';
import type { EventBody, EventForm } from './events.ts';

/** One call to a vendor endpoint, without secrets and tokens. */
export interface CallEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly call: 'token' | 'query';
  /** Of a query: whose token it carried. */
  readonly clientId?: string;
  readonly businessProductId?: string;
  readonly itemId?: string;
  readonly apiVersion?: string;
  /** What was answered: the planned answer's name, or why the call was refused. */
  readonly answer: string;
}

/** An event at its end. */
export interface EventEntry extends EventEnd {
  readonly at: string;
  readonly call: 'event';
  readonly form: EventForm;
  readonly event: EventBody;
}

/** One line of the log. */
export type LogEntry = CallEntry | EventEntry;

/** Which calls are wanted: those that have all of these values. Events have a `call` only. */
export type LogFilter = { readonly call?: LogEntry['call'] | undefined } & {
  readonly [Name in Exclude<keyof CallEntry, 'at' | 'call'>]?: string;
};

/** What happened, in order. */
export class SimulatorLog {
  readonly #entries;

  constructor(journal: Journal) {
    this.#entries = journal.table<LogEntry>('log');
  }

  /** Adds an entry. */
  add(entry: LogEntry): void {
    this.#entries.set(String(this.#entries.size), entry);
  }

  /** The entries that fit, oldest first. */
  filtered(filter: LogFilter): readonly LogEntry[] {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
    return [...this.#entries.values()].filter((entry) =>
      wanted.every(([name, value]) => Reflect.get(entry, name) === value),
    );
  }
}
