import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandContext } from './command.ts';
import { parsedJson } from './files.ts';

/** What a sender of one envelope sends along. */
interface Credential {
  readonly header: string;
  readonly value: string;
}

/** What a running `npm start` says of itself, and the file that it says it in. */
export interface Endpoints {
  readonly ingress: string;
  readonly temporal: string;
  readonly namespace: string;
  readonly ui?: string;
  /** The simulated AWS Marketplace, which takes the account from the key's id: `SIM` and its digits. */
  readonly catalogSimulator?: string;
  readonly credentials: { readonly eventbridge: Credential; readonly webhook: Credential };
  readonly file: string;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isAddress = (value: unknown): boolean => typeof value === 'string' && URL.canParse(value);

/** By hand: the schema library takes longer to load than most commands take to run. */
const members: ReadonlyArray<readonly [path: string, isRight: (value: unknown) => boolean, right: string]> = [
  ['ingress', isAddress, 'an address'],
  ['temporal', isText, 'a text'],
  ['namespace', isText, 'a text'],
  ['ui', (value) => value === undefined || isAddress(value), 'an address, or nothing'],
  ['catalogSimulator', (value) => value === undefined || isAddress(value), 'an address, or nothing'],
  ['credentials.eventbridge.header', isText, 'a text'],
  ['credentials.eventbridge.value', isText, 'a text'],
  ['credentials.webhook.header', isText, 'a text'],
  ['credentials.webhook.value', isText, 'a text'],
];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function memberOf(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path.split('.')) {
    if (!isObject(found) || !Object.hasOwn(found, step)) return undefined;
    found = Object.getOwnPropertyDescriptor(found, step)?.value;
  }
  return found;
}

/** What is wrong with the file: the first member that is not right, and never its value. */
function problemOf(value: unknown): string | undefined {
  if (!isObject(value)) return 'the file: expected an object in JSON';
  const wrong = members.find(([path, isRight]) => !isRight(memberOf(value, path)));
  return wrong === undefined ? undefined : `${wrong[0]}: expected ${wrong[2]}`;
}

/**
 * The addresses of the `npm start` that is up: `endpoints.json` of the folder that STEWARD_HOME names; where it names none,
 * of `.steward/` in the current folder, else in the clone.
 * A note names a file that does not hold what it should; it is ignored.
 * @returns undefined where there is none
 */
export function findEndpoints(
  context: Pick<CommandContext, 'environment' | 'workingDirectory' | 'clone' | 'note'>,
): Endpoints | undefined {
  const { environment, workingDirectory, clone, note } = context;
  const home = environment['STEWARD_HOME'];
  const folders = home
    ? [resolve(workingDirectory, home)]
    : [workingDirectory, clone].map((folder) => join(folder, '.steward'));
  for (const folder of new Set(folders)) {
    const file = join(folder, 'endpoints.json');
    const text = readIfThere(file);
    if (text === undefined) continue;
    const found = parsedJson(text);
    const problem = problemOf(found);
    if (problem === undefined) return { ...(found as Omit<Endpoints, 'file'>), file };
    note(`${file} is ignored: ${problem}`);
  }
  return undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
