import type { Logger } from 'pino';

/** What a line is sampled by: two of the same key say the same. */
interface Entry {
  readonly line: Readonly<Record<string, unknown>>;
  repeats: number;
}

/** Lines of a kind that anybody on the network can cause. */
export interface SampledLog {
  /** @param key of what the line says; `key` and `line` repeat nothing that was sent, and are short. */
  warn(key: string, line: Readonly<Record<string, unknown>>): void;
  /** Writes the counts so far, and stops counting. */
  close(): void;
}

const everyMs = 10_000;
const mostKeys = 100;

/**
 * Writes the first line of each key at once, and of those that follow one line in 10 seconds with their number
 * (`repeats`). Keys beyond a hundred in that time share one line.
 */
export function createSampledLog(logger: Logger, message: string): SampledLog {
  let entries = new Map<string, Entry>();
  let timer: NodeJS.Timeout | undefined;
  function report(): void {
    timer = undefined;
    const before = entries;
    entries = new Map();
    for (const [key, { line, repeats }] of before) {
      if (repeats === 0) continue;
      logger.warn({ ...line, repeats, withinSeconds: everyMs / 1_000 }, message);
      // While it goes on, only the counts are written.
      entries.set(key, { line, repeats: 0 });
    }
    if (entries.size > 0) timer = setTimeout(report, everyMs).unref();
  }
  return {
    warn(key, line) {
      const isCrowded = !entries.has(key) && entries.size >= mostKeys;
      const place = isCrowded ? 'others' : key;
      const entry = entries.get(place);
      if (entry !== undefined) {
        entry.repeats += 1;
        return;
      }
      const written = isCrowded ? { error: 'others' } : line;
      entries.set(place, { line: written, repeats: 0 });
      logger.warn(written, message);
      timer ??= setTimeout(report, everyMs).unref();
    },
    close() {
      clearTimeout(timer);
      report();
      clearTimeout(timer);
    },
  };
}
