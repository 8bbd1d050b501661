import type { Journal } from '../journal.ts';
import type { OperationName } from './operationNames.ts';

/** A call that was carried out. */
export interface CallEntry {
  readonly kind: 'call';
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  readonly operation: OperationName;
  readonly account: string;
  readonly changeSetId?: string;
  readonly changeSetName?: string;
  readonly clientRequestToken?: string;
  /** StartChangeSet was answered from its token: no new set came of it. */
  readonly tokenRepeated?: true;
  /** Without revisions. */
  readonly entityIds: readonly string[];
  /** The request as parsed: the body, or the query. */
  readonly request: unknown;
  /** The body's bytes as text; empty where the operation has none. */
  readonly body: string;
  /** The fault that spoiled the answer. */
  readonly fault?: string;
}

/** A call that was not carried out. */
interface RefusalEntry {
  readonly kind: 'refusal';
  readonly at: string;
  readonly operation: OperationName;
  /** Missing where the caller is unknown. */
  readonly account?: string;
  /** The error's type, or the fault that kept the call from being carried out. */
  readonly reason: string;
  /** Missing where the connection was cut. */
  readonly status?: number;
}

/** What became of an event, after the last attempt, or when it was swallowed. */
export interface EventEnd {
  /** `lost`: the policy or plan swallowed it; `noTarget`: there is no receiver; `unreachable`: no answer to any attempt. */
  readonly result: 'answered' | 'lost' | 'noTarget' | 'unreachable';
  /** The last answer's status. */
  readonly status?: number;
  readonly attempts: number;
}

/** An event at its end. */
export interface EventEntry extends EventEnd {
  readonly kind: 'event';
  readonly at: string;
  readonly changeSetId?: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** One line of the log. */
export type LogEntry = CallEntry | RefusalEntry | EventEntry;

/** Which entries are wanted: events have no operation, so one leaves them out. */
export interface LogFilter {
  readonly operation?: string;
  readonly kind?: string;
}

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
  entries(filter: LogFilter = {}): LogEntry[] {
    return [...this.#entries.values()].filter(
      (entry) =>
        (filter.kind === undefined || entry.kind === filter.kind) &&
        (filter.operation === undefined || (entry.kind !== 'event' && entry.operation === filter.operation)),
    );
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
  }
}
