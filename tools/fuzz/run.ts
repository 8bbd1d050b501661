import fc from 'fast-check';
import { fuzzContext } from './context.ts';
import { makeInput, type FuzzInput } from './inputs/make.ts';
import { plans, type Plan } from './inputs/plan.ts';
import { judge } from './judge/judge.ts';
import { simplest } from './smaller.ts';

/** An input that breaks a promise, as simple as it was found. */
export interface FuzzFailure {
  readonly input: FuzzInput;
  readonly problems: readonly string[];
  /** Of the batch that it is from. */
  readonly seed: number;
}

/** What a run has found. */
export interface FuzzFigures {
  readonly inputs: number;
  readonly megabytes: number;
  /** Inputs by what became of them: one with several events counts for the outcome of each. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The one that took most processor time, in milliseconds. */
  readonly slowest: { readonly cpuMs: number; readonly seed: number; readonly bytes: number };
  readonly failures: readonly FuzzFailure[];
}

/** How much is made, and from what. */
export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Called after each batch with the number of inputs so far, and with what failed in it. */
  readonly onBatch?: (done: number, failures: readonly FuzzFailure[]) => void;
  /** Asked after each batch; the run ends where it is true. */
  readonly isStopped?: () => boolean;
}

/** Inputs that one seed makes. */
const batchSize = 1_000;
/** Different causes after which a run ends. */
const mostFailures = 20;

/** A problem without its numbers: what is reported once. */
const causeOf = (problem: string): string => problem.replaceAll(/\d+/g, 'N');

/** Makes inputs and judges each. Those of a batch follow from its seed, which is one more than that of the batch before. */
export async function fuzz({ count, seed, onBatch, isStopped }: FuzzOptions): Promise<FuzzFigures> {
  const outcomes: Record<string, number> = {};
  const known = new Set<string>();
  const failures: FuzzFailure[] = [];
  let slowest: FuzzFigures['slowest'] = { cpuMs: 0, seed, bytes: 0 };
  let [inputs, bytes] = [0, 0];

  function take(plan: Plan, batchSeed: number): FuzzFailure | undefined {
    const input = makeInput(plan);
    const verdict = judge(input, fuzzContext);
    inputs += 1;
    bytes += input.bytes.length;
    for (const outcome of verdict.outcomes) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (verdict.cpuMs > slowest.cpuMs) slowest = { cpuMs: verdict.cpuMs, seed: batchSeed, bytes: input.bytes.length };
    const causes = verdict.problems.map(causeOf).filter((cause) => !known.has(cause));
    if (causes.length === 0) return undefined;
    for (const cause of causes) known.add(cause);
    const [first = ''] = causes;
    const breaks = (simpler: Plan): boolean =>
      judge(makeInput(simpler), fuzzContext).problems.map(causeOf).includes(first);
    const small = makeInput(simplest(plan, breaks));
    return { input: small, problems: judge(small, fuzzContext).problems, seed: batchSeed };
  }

  for (let batch = 0; inputs < count && failures.length < mostFailures && isStopped?.() !== true; batch += 1) {
    const batchSeed = (seed + batch) | 0;
    const made = fc.sample(plans, { seed: batchSeed, numRuns: Math.min(batchSize, count - inputs) });
    const found = made.flatMap((plan) => take(plan, batchSeed) ?? []);
    failures.push(...found);
    onBatch?.(inputs, found);
    // Signals are heard between two batches.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { inputs, megabytes: bytes / 1e6, outcomes, slowest, failures };
}
