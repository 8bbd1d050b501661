import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface FuzzFlags {
  readonly count: number;
  /** Connections to an ingress over HTTP. */
  readonly http: number;
  readonly seed: number;
  readonly json: boolean;
  /** A failing input that is read again, and nothing else. */
  readonly file?: string;
}

/** What `--help` and a wrong word show. */
export const usage = `npm run fuzz [-- --count N] [--http N] [--seed S] [--json]
  --count N    inputs that are read: 1,000,000 unless given, 0 for none
  --http N     connections to an ingress: 20,000 unless given, 0 for none
  --seed S     makes the same inputs again: a whole number; left out, one is chosen and shown
  --json       print one JSON document on standard output and nothing else
  --file PATH  read one failing input again, as a run has written it`;

const defaults = { count: '1000000', http: '20000' } as const;

function wholeNumber(name: string, text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new TypeError(`--${name} must be a whole number from 0, found ${text}`);
  }
  return value;
}

/**
 * Reads the command line.
 * @param anySeed the seed where none is given
 * @returns 'help' where it asks for help
 * @throws TypeError that names what is wrong
 */
export function readFlags(words: readonly string[], anySeed: number): FuzzFlags | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { count: text, http: text, seed: text, file: text, json: flag, help: flag },
  });
  if (values.help) return 'help';
  return {
    count: wholeNumber('count', values.count ?? defaults.count),
    http: wholeNumber('http', values.http ?? defaults.http),
    seed: values.seed === undefined ? anySeed : wholeNumber('seed', values.seed),
    json: values.json,
    ...(values.file !== undefined && { file: values.file }),
  };
}
