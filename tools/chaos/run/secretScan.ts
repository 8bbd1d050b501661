import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from './lines.ts';

/** Where a secret was found. */
interface FoundSecret {
  /** Its name, never its value; `signedAddress` for what only looks like one. */
  readonly secret: string;
  /** A file with its line, or a workflow. */
  readonly where: string;
}

/** What was searched, and what was found. */
export interface ScanResult {
  readonly found: readonly FoundSecret[];
  /** More than are kept in `found`. */
  readonly count: number;
  readonly lines: number;
  readonly histories: number;
}

/** Kept by the vendors and the sender alone, or made before the run. */
const notTheSteward: readonly string[] = ['plan.json', 'sent.jsonl', 'marketplaceCatalog.jsonl', 'buyWithPrime.jsonl'];
const folders: readonly string[] = ['.', 'logs', 'home'];
const mostKept = 50;
const signedAddress = /[?&]X-Amz-(?:Signature|Credential|Security-Token)=[\w%]/i;

/** Every text within a value: bytes of payloads are read as text. */
function textsIn(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (value instanceof Uint8Array) into.push(Buffer.from(value).toString('utf8'));
  else if (Array.isArray(value)) for (const one of value) textsIn(one, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      into.push(name);
      textsIn(one, into);
    }
  }
}

/** Searches what a run leaves of the steward. */
export interface SecretSearch {
  /** Everything that a value holds, payloads decoded. */
  readonly inValue: (where: string, ...values: readonly unknown[]) => void;
  /** The logs of all processes, and the records of the run. */
  readonly inFolder: (folder: string) => Promise<void>;
  readonly result: () => ScanResult;
}

/**
 * Begins a search.
 * @param secrets texts by name
 */
export function searchSecrets(secrets: Readonly<Record<string, string>>): SecretSearch {
  const found: FoundSecret[] = [];
  let [count, lines, histories] = [0, 0, 0];
  function search(text: string, where: string): void {
    const names = Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));
    if (names.length === 0 && signedAddress.test(text)) names.push('signedAddress');
    count += names.length;
    for (const secret of names) if (found.length < mostKept) found.push({ secret, where });
  }
  return {
    inValue(where, ...values) {
      histories += 1;
      const texts: string[] = [];
      textsIn(values, texts);
      search(texts.join('\n'), where);
    },
    async inFolder(folder) {
      for (const name of folders) {
        for (const file of readdirSync(join(folder, name), { withFileTypes: true })) {
          if (!file.isFile() || notTheSteward.includes(file.name)) continue;
          let line = 0;
          for await (const text of linesOf(join(folder, name, file.name))) {
            lines += 1;
            search(text, `${name === '.' ? '' : `${name}/`}${file.name}:${(line += 1)}`);
          }
        }
      }
    },
    result: () => ({ found, count, lines, histories }),
  };
}
