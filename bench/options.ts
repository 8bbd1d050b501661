import { parseArgs } from 'node:util';

/** The parts of a run. */
export const benchParts = [
  'ingress',
  'queues',
  'memory',
  'worker',
  'items',
  'backfill',
  'quotas',
  'resubmit',
  'accounts',
  'storm',
  'limits',
] as const;

/** One of {@link benchParts}. */
export type BenchPart = (typeof benchParts)[number];

/** How much a run measures. */
export interface BenchPlan {
  /** The sizes of load on the ingress. */
  readonly ingress: ReadonlyArray<{
    /** Deliveries under way at once. */
    readonly callers: number;
    readonly pairs: number;
    readonly deliveriesPerRound: number;
    /** Of each side, before the first round, not counted. */
    readonly warmUpDeliveries: number;
    readonly budgetMs: number;
  }>;
  /** At half of the rate that the bare call reaches. */
  readonly halfLoad: { readonly pairs: number; readonly deliveriesPerRound: number; readonly budgetMs: number };
  /** How much a queue brings. */
  readonly queues: {
    /** Requests of the ingress that wait for messages at once: production's default. */
    readonly receivers: number;
    readonly pairs: number;
    readonly eventsPerRound: number;
    readonly budgetMs: number;
  };
  /** Over how many events memory is measured. */
  readonly memory: { readonly requests: number; readonly perRound: number; readonly callers: number };
  /** How much the worker is given. */
  readonly worker: {
    readonly pairs: number;
    readonly workflowsPerRound: number;
    /** Of each side, before the first round, not counted. */
    readonly warmUpWorkflows: number;
    readonly budgetMs: number;
  };
  /** How many items are made to wait, and for how long they are checked. */
  readonly items: {
    /** Before the first check, so that everything that a worker loads once is loaded. */
    readonly warmUpItems: number;
    /** Numbers of items waiting at which memory is checked, ascending. */
    readonly waiting: readonly number[];
    /** From the last query to the check, for what is still being evicted and collected. */
    readonly settleMs: number;
    /** From the start of the worker that saw nothing of it to its check. */
    readonly freshSettleMs: number;
    /** Over which idle processor time is measured. */
    readonly idleMs: number;
  };
  /** How long a listing is gone through, and how much of it is started. */
  readonly backfill: {
    readonly listed: number;
    readonly started: number;
  };
  /** From a failed event to its accepted resubmit. */
  readonly resubmit: {
    readonly samples: number;
    /** Not counted. */
    readonly warmUp: number;
    /** Events go to one after the other, so that none has to wait for its own quotas. */
    readonly accounts: number;
  };
  /** How many change sets of one account fail at the same moment, one storm after the other. */
  readonly storm: ReadonlyArray<{
    readonly changeSets: number;
    /** Each has as many of them as the others. */
    readonly entities: number;
    readonly workers: number;
  }>;
  /** How many accounts one worker has, beside one alone. */
  readonly accounts: {
    readonly accounts: readonly number[];
    readonly settleMs: number;
    readonly idleMs: number;
  };
  /** For how long the use of the vendor's quotas is measured, with one account and with two. */
  readonly quotas: {
    /** From the first delivery, until the lines are full. */
    readonly settleMs: number;
    /** Over which the use is measured. */
    readonly steadyMs: number;
  };
  /** How large one workflow grows. */
  readonly limits: {
    readonly itemEvents: number;
    /** Bare signals by which the events of the item are measured. */
    readonly floorEvents: number;
    readonly successors: number;
  };
}

/** What the command line asks for. */
export interface BenchFlags {
  readonly json: boolean;
  readonly quick: boolean;
  readonly parts: readonly BenchPart[];
}

/** What `--help` and a wrong word show. */
export const usage = `npm run bench [-- --json] [--quick] [--part NAME]…
  --json    print one JSON document on standard output and nothing else
  --quick   a few rounds only, to see that everything works: its figures mean nothing and are not judged
  --part    only this part: ${benchParts.join(', ')}; may be given again`;

/** Sized for some twenty minutes on two cores; the budgets bound what a slower machine takes. */
const full: BenchPlan = {
  ingress: [
    // The many first: they are thousands, after which the code of both sides is compiled as in a process that has run
    // for long. With one caller that matters most, and there it would take too long.
    { callers: 32, pairs: 20, deliveriesPerRound: 192, warmUpDeliveries: 320, budgetMs: 45_000 },
    { callers: 1, pairs: 40, deliveriesPerRound: 60, warmUpDeliveries: 100, budgetMs: 48_000 },
  ],
  halfLoad: { pairs: 16, deliveriesPerRound: 300, budgetMs: 180_000 },
  queues: { receivers: 4, pairs: 16, eventsPerRound: 320, budgetMs: 90_000 },
  memory: { requests: 100_000, perRound: 1_000, callers: 32 },
  worker: { pairs: 10, workflowsPerRound: 20, warmUpWorkflows: 30, budgetMs: 35_000 },
  items: { warmUpItems: 100, waiting: [10_000], settleMs: 60_000, freshSettleMs: 10_000, idleMs: 15_000 },
  backfill: { listed: 50_000, started: 2_000 },
  resubmit: { samples: 60, warmUp: 20, accounts: 10 },
  // Several schedules of an account fall into the check: at production's interval, one each 18 s.
  accounts: { accounts: [50, 1_000], settleMs: 10_000, idleMs: 60_000 },
  quotas: { settleMs: 20_000, steadyMs: 40_000 },
  storm: [1, 2].flatMap((workers) => [
    { changeSets: 100, entities: 100, workers },
    { changeSets: 100, entities: 10, workers },
    { changeSets: 600, entities: 600, workers },
  ]),
  limits: { itemEvents: 20_000, floorEvents: 2_000, successors: 60 },
};

const quick: BenchPlan = {
  ingress: [
    { callers: 32, pairs: 2, deliveriesPerRound: 32, warmUpDeliveries: 1, budgetMs: 10_000 },
    { callers: 1, pairs: 2, deliveriesPerRound: 5, warmUpDeliveries: 1, budgetMs: 10_000 },
  ],
  halfLoad: { pairs: 2, deliveriesPerRound: 10, budgetMs: 10_000 },
  queues: { receivers: 4, pairs: 2, eventsPerRound: 20, budgetMs: 10_000 },
  memory: { requests: 500, perRound: 100, callers: 8 },
  worker: { pairs: 2, workflowsPerRound: 2, warmUpWorkflows: 1, budgetMs: 10_000 },
  items: { warmUpItems: 2, waiting: [20], settleMs: 100, freshSettleMs: 100, idleMs: 200 },
  backfill: { listed: 250, started: 5 },
  resubmit: { samples: 4, warmUp: 2, accounts: 2 },
  accounts: { accounts: [3], settleMs: 100, idleMs: 200 },
  quotas: { settleMs: 500, steadyMs: 1_000 },
  storm: [{ changeSets: 6, entities: 6, workers: 1 }],
  limits: { itemEvents: 20, floorEvents: 10, successors: 1 },
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
