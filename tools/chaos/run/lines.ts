import { createReadStream, createWriteStream, type PathLike } from 'node:fs';
import { createInterface } from 'node:readline';

/** A file of JSON lines that grows. */
export interface LineFile<Line> {
  /** What comes after its close is left out. */
  readonly write: (line: Line) => void;
  /** Resolves once all of it is in the file. */
  readonly close: () => Promise<void>;
}

/** Begins a file; what is there is overwritten. */
export function lineFile<Line>(path: PathLike): LineFile<Line> {
  const stream = createWriteStream(path);
  let isClosed = false;
  return {
    write: (line) => void (isClosed || stream.write(`${JSON.stringify(line)}\n`)),
    close() {
      isClosed = true;
      return new Promise((resolve, reject) => stream.once('error', reject).end(resolve));
    },
  };
}

/** The lines of a text file, one after another. */
export function linesOf(path: PathLike): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Infinity });
}

/** The time as all records have it: ISO 8601 with milliseconds. */
export function now(): string {
  return new Date().toISOString();
}
