import { setTimeout as pause } from 'node:timers/promises';
import type { ControlCall } from './vendorFaults.ts';

/** A line of a simulator's log, as far as it is read here. */
export type LogEntry = Readonly<Record<string, unknown>>;

/** A simulated vendor, spoken to over HTTP alone: it may be killed and come back at any time. */
export interface Vendor {
  readonly url: string;
  /** Gives an order, again and again until it is taken. @throws where the simulator refuses it */
  readonly control: (call: ControlCall) => Promise<void>;
  /** All that it logged, the oldest first. */
  readonly log: () => AsyncIterable<LogEntry>;
}

const pageEntries = 1_000;
const againAfterMs = 200;
const answerWithinMs = 30_000;

/** The control of a simulator at an address. */
export function vendorAt(url: string, signal: AbortSignal): Vendor {
  async function asked(path: string, body?: object): Promise<Response> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await fetch(`${url}${path}`, {
          signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
          ...(body !== undefined && {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
        });
      } catch {
        // It was killed, or is frozen.
        await pause(againAfterMs, undefined, { signal });
      }
    }
  }
  return {
    url,
    async control({ name, body }) {
      const answer = await asked(`/_control/${name}`, body);
      const said = await answer.text();
      if (!answer.ok) throw new Error(`the simulator refused ${name}: ${said.slice(0, 300)}`);
    },
    async *log() {
      for (let from = 0; ;) {
        const answer = await asked(`/_log?from=${from}&limit=${pageEntries}`);
        const { entries } = (await answer.json()) as { readonly entries: readonly LogEntry[] };
        yield* entries;
        from += entries.length;
        if (entries.length < pageEntries) return;
      }
    },
  };
}
