import { parseArgs } from 'node:util';

/** One size of load on the ingress. */
export interface IngressLoad {
  /** Deliveries under way at once. */
  readonly callers: number;
  readonly pairs: number;
  readonly deliveriesPerRound: number;
  /** Of each side, before the first round, not counted. */
  readonly warmUpDeliveries: number;
  readonly budgetMs: number;
}

/** How much the worker is given. */
export interface WorkerLoad {
  readonly pairs: number;
  readonly workflowsPerRound: number;
  /** Of each side, before the first round, not counted. */
  readonly warmUpWorkflows: number;
  readonly budgetMs: number;
}

/** How many items are made to wait, and for how long they are looked at. */
export interface ItemLoad {
  /** Before the first look, so that everything that a worker loads once is loaded. */
  readonly warmUpItems: number;
  /** Numbers of items waiting at which memory is looked at, ascending. */
  readonly waiting: readonly number[];
  /** From the last query to the look, for what is still being evicted and collected. */
  readonly settleMs: number;
  /** Over which idle processor time is measured. */
  readonly idleMs: number;
}

/** The parts of a run. */
export const benchParts = ['ingress', 'worker', 'items'] as const;

/** One of {@link benchParts}. */
export type BenchPart = (typeof benchParts)[number];

/** How much a run measures. */
export interface BenchPlan {
  readonly ingress: readonly IngressLoad[];
  readonly worker: WorkerLoad;
  readonly items: ItemLoad;
}

/** What the command line asks for. */
export interface BenchFlags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly parts: readonly BenchPart[];
}

/** What `--help` and a wrong word show. */
export const usage = `npm run bench [-- --json] [--quick] [--part ingress|worker|items]…
  --json    print one JSON document on standard output and nothing else
  --quick   a few rounds only, to see that everything works: its figures mean nothing and are not judged
  --part    only this part; may be given again`;

/** Sized for less than ten minutes on two cores; the budgets bound what a slower machine takes. */
const full: BenchPlan = {
  ingress: [
    // The many first: they are thousands, after which the code of both sides is compiled as in a process that has run
    // for long. With one caller that matters most, and there it would take too long.
    { callers: 32, pairs: 20, deliveriesPerRound: 192, warmUpDeliveries: 320, budgetMs: 45_000 },
    { callers: 1, pairs: 40, deliveriesPerRound: 60, warmUpDeliveries: 100, budgetMs: 48_000 },
  ],
  worker: { pairs: 10, workflowsPerRound: 20, warmUpWorkflows: 30, budgetMs: 35_000 },
  items: { warmUpItems: 100, waiting: [10_000], settleMs: 10_000, idleMs: 15_000 },
};

const quick: BenchPlan = {
  ingress: [
    { callers: 32, pairs: 2, deliveriesPerRound: 32, warmUpDeliveries: 1, budgetMs: 10_000 },
    { callers: 1, pairs: 2, deliveriesPerRound: 5, warmUpDeliveries: 1, budgetMs: 10_000 },
  ],
  worker: { pairs: 2, workflowsPerRound: 2, warmUpWorkflows: 1, budgetMs: 10_000 },
  items: { warmUpItems: 2, waiting: [20], settleMs: 100, idleMs: 200 },
};

/** How much a run with these flags measures. */
export function planOf(flags: BenchFlags): BenchPlan {
  return flags.quick ? quick : full;
}

/**
 * Reads the command line.
 * @returns 'help' where it asks for help
 * @throws TypeError that names the word, or the part, that is not known
 */
export function readFlags(words: readonly string[]): BenchFlags | 'help' {
  const flag = { type: 'boolean', default: false } as const;
  const part = { type: 'string', multiple: true } as const;
  const { values } = parseArgs({ args: [...words], options: { json: flag, quick: flag, help: flag, part } });
  return values.help
    ? 'help'
    : { json: values.json, quick: values.quick, parts: values.part?.map(partOf) ?? benchParts };
}

function partOf(word: string): BenchPart {
  const part = benchParts.find((one) => one === word);
  if (part === undefined) throw new TypeError(`--part must be one of ${benchParts.join(', ')}, found ${word}`);
  return part;
}
