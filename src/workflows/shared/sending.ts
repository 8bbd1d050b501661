import { CancellationScope } from '@temporalio/workflow';
import { isInterruption } from './failures.ts';

/** One step of a lane: it ends what it does, or throws an interruption and leaves it to be done again. */
type Step = () => Promise<void>;

/** All that a run sends beside its work. */
export interface Sending {
  /**
   * Adds a lane, which takes one step after another.
   * @param next gives the next step, and changes nothing; undefined where there is none.
   * @returns wakes the lane: to be called when there may be a next step.
   */
  lane(next: () => Step | undefined): () => void;
  /**
   * Does something that may wake lanes, which then begin a moment later: when the workflow has all signals and commands of its
   * task. A step that began at once would come before or after what the server records of a command.
   */
  afterwards(act: () => void): void;
  /** Begins no further step, and interrupts those under way: an attempt that runs is still waited for. */
  stop(): void;
  /** True when no step is under way: of a running case, that everything is sent. */
  idle(): boolean;
}

/** Starts with no lane. */
export function startSending(): Sending {
  const underWay = new Set<CancellationScope>();
  let stopped = false;
  let busyLanes = 0;
  let delays = false;

  async function take(step: Step): Promise<void> {
    const scope = new CancellationScope();
    underWay.add(scope);
    try {
      await scope.run(step);
    } catch (error) {
      if (!stopped || !isInterruption(error)) throw error;
    }
    underWay.delete(scope);
  }

  return {
    lane(next) {
      let busy = false;
      async function work(): Promise<void> {
        busy = true;
        busyLanes += 1;
        if (delays) await Promise.resolve();
        for (let step = next(); step !== undefined && !stopped; step = next()) await take(step);
        busyLanes -= 1;
        busy = false;
      }
      // Begun from within a phase's work, it must not be cancelled with it.
      return () => {
        if (!busy && !stopped && next() !== undefined) void CancellationScope.nonCancellable(work);
      };
    },
    afterwards(act) {
      delays = true;
      try {
        act();
      } finally {
        delays = false;
      }
    },
    stop() {
      stopped = true;
      for (const scope of underWay) scope.cancel();
    },
    idle: () => busyLanes === 0,
  };
}
