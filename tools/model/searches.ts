import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A search of one model: what is assumed, which rule is taken out, and what has to come of it. */
export interface Search {
  readonly model: 'once' | 'permits';
  readonly flags: readonly string[];
  readonly expected: 'holds' | 'broken';
  /** The most activity attempts of a lineage, where more have too many states. */
  readonly attempts?: number;
}

/** What a search has found; `unknown` where the search itself went wrong, or did not end. */
export type Found =
  | { readonly outcome: 'holds'; readonly states: number }
  | { readonly outcome: 'broken'; readonly steps: number; readonly assertion: string }
  | { readonly outcome: 'unknown'; readonly problem: string };

const cap = ['CAP=1'];
const inFlight = ['CAP=2', 'IN_FLIGHT=1', 'MIDNIGHT=0'];

const once = {
  AWS_FORGETS_TOKENS: [
    'NO_PERMIT',
    'CHECK_BEFORE_PERMIT',
    'NO_CHECK',
    'ONLY_FIRST_ATTEMPT_CHECKS',
    'STALE_CHECK_COUNTS',
    'SENDS_UNTIL_THE_END',
    'PERMIT_ENDS_EARLY',
    'PERMIT_LOST_AT_RENEWAL',
    'AWS_LISTS_NOTHING',
  ],
  AWS_LISTS_NOTHING: ['TOKEN_PER_ATTEMPT'],
} as const;

const permits: ReadonlyArray<readonly [assumed: readonly string[], rules: readonly string[]]> = [
  [
    cap,
    [
      'COUNT_BY_LISTING',
      'COUNT_TODAY_ONLY',
      'UNKNOWN_IS_RETURNED',
      'RETURNS_HAVE_NO_NUMBER',
      'RETURN_FORGETS_EARLIER',
      'NEW_RUN_GRANTS_AT_ONCE',
      'STATE_LOST_AT_RENEWAL',
    ],
  ],
  [inFlight, ['RECOUNT_TAKES_OPEN_PERMITS', 'RECOUNT_TAKES_NEW_PERMITS', 'RETURN_FORGETS_EARLIER']],
];

function searchesOf(model: Search['model'], assumed: readonly string[], rules: readonly string[]): Search[] {
  return [
    { model, flags: assumed, expected: 'holds' },
    ...rules.map((rule) => ({ model, flags: [...assumed, rule], expected: 'broken' as const })),
  ];
}

/** Every search: the promises as they are, and with each rule taken out. */
export const searches: readonly Search[] = [
  ...Object.entries(once).flatMap(([assumed, rules]) => searchesOf('once', [assumed], rules)),
  ...searchesOf('once', ['AWS_FORGETS_TOKENS', 'PERMITS_TERMINATED'], ['NEW_RUN_GRANTS_AT_ONCE']).map((one) => ({
    ...one,
    attempts: 2,
  })),
  ...permits.flatMap(([assumed, rules]) => searchesOf('permits', assumed, rules)),
];

/** Which of the programs that a search needs are not installed. */
export function missingPrograms(isInstalled: (program: string) => boolean): readonly string[] {
  return ['spin', 'gcc'].filter((program) => !isInstalled(program));
}

const run = promisify(execFile);
/** The longest takes half a minute of one core. */
const withinMs = 600_000;

/**
 * Compiles a model with its flags and searches all its states, in a folder of its own that is removed afterwards.
 * @param folder where the models are.
 * @param wanted how many activity attempts a lineage may have, where the search does not say less.
 */
export async function search(folder: string, { model, flags, attempts: most }: Search, wanted: number): Promise<Found> {
  const attempts = Math.min(wanted, most ?? wanted);
  const cwd = await mkdtemp(join(tmpdir(), 'steward-model-'));
  try {
    await copyFile(join(folder, `${model}.pml`), join(cwd, 'model.pml'));
    const defined = [...flags, `ATTEMPTS=${attempts}`].map((flag) => `-D${flag}`);
    await run('spin', ['-a', ...defined, 'model.pml'], { cwd });
    // To compile without optimization takes less than it costs a short search.
    await run('gcc', [attempts > 2 ? '-O2' : '-O0', '-w', '-DSAFETY', '-DMEMLIM=4000', '-o', 'pan', 'pan.c'], { cwd });
    // Depth and hash table (as a power of two) by which no search here is cut short.
    const { stdout } = await run(join(cwd, 'pan'), ['-m100000', '-w22'], { cwd, timeout: withinMs });
    return readSearch(stdout);
  } catch (error) {
    return { outcome: 'unknown', problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** Reads what the search prints; only a search that came to its end has found that a promise holds. */
export function readSearch(printed: string): Found {
  const violated = /assertion violated \((.*)\) \(at depth (\d+)\)/.exec(printed);
  if (violated?.[1] !== undefined) return { outcome: 'broken', assertion: violated[1], steps: Number(violated[2]) };
  const states = /(\d+) states, stored/.exec(printed)?.[1];
  const whole = / errors: 0$/m.test(printed) && !/search not completed|max search depth too small/i.test(printed);
  if (states === undefined || !whole) return { outcome: 'unknown', problem: printed.slice(0, 500) };
  return { outcome: 'holds', states: Number(states) };
}
