import { parseArgs } from 'node:util';

/** The parts of `npm run cluster -- test`. */
export const testParts = ['integration', 'load', 'accounts', 'kills'] as const;

/** One of {@link testParts}. */
export type TestPart = (typeof testParts)[number];

/** What the command line asks for. */
export type ClusterFlags =
  | { readonly command: 'up'; readonly folder?: string; readonly json: boolean }
  | { readonly command: 'down'; readonly folder?: string; readonly json: boolean; readonly wipe: boolean }
  | {
      readonly command: 'test';
      readonly folder?: string;
      readonly json: boolean;
      readonly quick: boolean;
      readonly parts: readonly TestPart[];
    };

/** What `--help` and a wrong word show. */
export const usage = `npm run cluster -- up|test|down [--folder PATH] [--json]
  up          start PostgreSQL, Temporal's four roles, simulated vendors, two
              workers and two ingresses; what runs stays
  test        run the integration tests against the four roles, then measure;
              what it starts, it ends
  down        end what up has started
  --folder    where the cluster is kept: .steward/cluster unless given
  --json      print one JSON document on standard output and nothing else
  --wipe      with down: remove the data, the logs and the programs too
  --part      with test: only this part: ${testParts.join(', ')};
              may be given again
  --quick     with test: seconds of each part, to see that everything works;
              its figures mean nothing`;

function partOf(word: string): TestPart {
  const part = testParts.find((one) => one === word);
  if (part === undefined) throw new TypeError(`--part must be one of ${testParts.join(', ')}, found ${word}`);
  return part;
}

/** Refuses flags that another command has, so that none is ignored. */
function refuseOthers(command: string, given: Readonly<Record<string, boolean>>): void {
  for (const [name, isGiven] of Object.entries(given)) {
    if (isGiven) throw new TypeError(`${command} takes no --${name}`);
  }
}

/**
 * Reads the command line.
 * @returns 'help' where it asks for help
 * @throws TypeError that names what is wrong
 */
export function readFlags(words: readonly string[]): ClusterFlags | 'help' {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      folder: { type: 'string' },
      part: { type: 'string', multiple: true },
      json: flag,
      wipe: flag,
      quick: flag,
      help: flag,
    },
  });
  if (values.help) return 'help';
  const [command, ...more] = positionals;
  if (more.length > 0) throw new TypeError(`one command is expected, found ${positionals.join(' ')}`);
  const shared = { json: values.json, ...(values.folder !== undefined && { folder: values.folder }) };
  const { wipe, quick, part } = values;
  switch (command) {
    case 'up':
      refuseOthers(command, { wipe, quick, part: part !== undefined });
      return { command, ...shared };
    case 'down':
      refuseOthers(command, { quick, part: part !== undefined });
      return { command, ...shared, wipe };
    case 'test':
      refuseOthers(command, { wipe });
      return { command, ...shared, quick, parts: part?.map(partOf) ?? testParts };
    case undefined:
      throw new TypeError('name a command: up, test or down');
    default:
      throw new TypeError(`the commands are up, test and down, found ${command}`);
  }
}
