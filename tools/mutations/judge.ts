import { Worker, type InjectedSinks, type WorkflowBundle } from '@temporalio/worker';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { dataConverterOf } from '../../src/delivery/dataConverter.ts';
import { mutantId, whole } from './ids.ts';
import type { Mutant } from './instrument.ts';
import type { ReachedSinks } from './switch.ts';

/** A recorded history. */
export interface Recorded {
  /** Where it stands. */
  readonly file: string;
  /** Whether it is one of those that are kept for good. */
  readonly isKept: boolean;
  readonly history: History;
}

/** What became of a change. */
export interface Verdict extends Mutant {
  /** The history whose replay failed over it; absent where it survived. */
  readonly caughtBy?: string;
  /** The histories that come to the place. */
  readonly reachedBy: readonly string[];
}

/** What is replayed. */
export interface Judging {
  readonly bundle: WorkflowBundle;
  readonly histories: readonly Recorded[];
}

const eventsOf = ({ history }: Recorded): number => history.events?.length ?? 0;

/** Those that are kept for good come first, of them the shortest. */
const inOrder = (one: Recorded, other: Recorded): number =>
  Number(other.isKept) - Number(one.isKept) || eventsOf(one) - eventsOf(other);

/** Which histories come where. */
export interface Reach {
  /** By the number of the change, in the order in which they are tried. */
  readonly reached: ReadonlyMap<number, readonly Recorded[]>;
  /** Histories that do not replay, and so can show nothing, with the reason. */
  readonly unfit: ReadonlyMap<string, string>;
}

/**
 * Replays every history as it is.
 * @returns for each change the histories that come to its place.
 */
export async function reachedBy({ bundle, histories }: Judging): Promise<Reach> {
  const reached = new Map<number, Recorded[]>();
  const unfit = new Map<string, string>();
  const left = histories.toSorted(inOrder);
  let current: Recorded | undefined;
  const sinks: InjectedSinks<ReachedSinks> = {
    mutations: {
      reached: {
        fn(_info, mutant) {
          if (current !== undefined) reached.set(mutant, [...(reached.get(mutant) ?? []), current]);
        },
        callDuringReplay: true,
      },
    },
  };
  function* replays() {
    for (current = left.shift(); current !== undefined; current = left.shift()) {
      yield { workflowId: whole, history: current.history };
    }
  }
  const options = { workflowBundle: bundle, dataConverter: dataConverterOf(undefined), sinks };
  for await (const { error } of Worker.runReplayHistories(options, replays())) {
    if (error !== undefined && current !== undefined) unfit.set(current.file, error.message);
  }
  for (const [mutant, at] of reached)
    reached.set(
      mutant,
      at.filter(({ file }) => !unfit.has(file)),
    );
  return { reached, unfit };
}

/**
 * Replays the histories that come to the place of each change with it, until one fails.
 */
export async function judge(
  { bundle }: Pick<Judging, 'bundle'>,
  mutants: readonly Mutant[],
  reached: ReadonlyMap<number, readonly Recorded[]>,
  done: (verdict: Verdict) => void,
): Promise<void> {
  let caught = false;
  let tried: Recorded | undefined;
  async function* replays() {
    for (const mutant of mutants) {
      const at = reached.get(mutant.number) ?? [];
      caught = false;
      for (tried of at) {
        yield { workflowId: mutantId(mutant.number), history: tried.history };
        if (caught) break;
      }
      const by = caught && tried !== undefined ? { caughtBy: tried.file } : {};
      done({ ...mutant, ...by, reachedBy: at.map(({ file }) => file) });
    }
  }
  const sinks: InjectedSinks<ReachedSinks> = { mutations: { reached: { fn: () => undefined } } };
  const options = { workflowBundle: bundle, dataConverter: dataConverterOf(undefined), sinks };
  for await (const { error } of Worker.runReplayHistories(options, replays())) caught = error !== undefined;
}
