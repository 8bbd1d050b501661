import { landChanges } from './effects.ts';
import type { Outcome } from './plans.ts';
import type { RandomSource } from './random.ts';
import type { ErrorDetail, Store, StoredChangeSet, TerminalProgress } from './store.ts';
import { isTerminal } from './store.ts';
import { serviceTime } from './times.ts';
import { defined } from '../defined.ts';

/** What the lifecycle needs; `finished` is called once for each set that ends. */
export interface LifecycleOptions {
  readonly store: Store;
  readonly random: RandomSource;
  readonly defaultDurationMs: number;
  readonly finished: (set: StoredChangeSet, outcome: Outcome) => void;
}

/** Moves change sets on: PREPARING, then APPLYING, then the outcome that was planned. Its timers hold no process up. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waiting = new Map<string, ((set: StoredChangeSet) => void)[]>();

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Starts, or decides again, what becomes of a running set. Times count from this call. */
  begin(set: StoredChangeSet, outcome: Outcome): void {
    const durationMs = outcome.durationMs ?? this.#options.defaultDurationMs;
    const preparingMs = Math.min(outcome.preparingMs ?? durationMs / 2, durationMs);
    const apply = (): void => {
      set.progress = { status: 'APPLYING' };
      this.#after(set.id, durationMs - preparingMs, () => this.#end(set, outcome));
    };
    if (set.progress.status === 'APPLYING') this.#after(set.id, durationMs, () => this.#end(set, outcome));
    else if (preparingMs === 0) apply();
    else this.#after(set.id, preparingMs, apply);
  }

  /** Ends a set as cancelled by its owner. */
  cancel(set: StoredChangeSet): void {
    this.#end(set, { status: 'CANCELLED', errors: [] });
  }

  /** Resolves with the set once it has ended; at once if it has. */
  settled(set: StoredChangeSet): Promise<StoredChangeSet> {
    if (isTerminal(set.progress)) return Promise.resolve(set);
    return new Promise((resolve) => {
      this.#waiting.set(set.id, [...(this.#waiting.get(set.id) ?? []), resolve]);
    });
  }

  /** Stops all timers: what runs stays as it is. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
  }

  #after(id: string, delayMs: number, step: () => void): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(step, delayMs).unref());
  }

  #end(set: StoredChangeSet, outcome: Outcome): void {
    clearTimeout(this.#timers.get(set.id));
    this.#timers.delete(set.id);
    const endTime = serviceTime(Date.now());
    const partialEffects = outcome.partialEffects ?? outcome.status === 'SUCCEEDED';
    if (partialEffects && set.intent === 'APPLY') {
      const created = landChanges(this.#options.store, set, endTime, this.#options.random);
      if (outcome.status === 'SUCCEEDED') set.createdEntityIds = created;
    }
    set.progress = progressOf(outcome, endTime);
    this.#options.finished(set, outcome);
    for (const resolve of this.#waiting.get(set.id) ?? []) resolve(set);
    this.#waiting.delete(set.id);
  }
}

/** The terminal progress that an outcome leads to. */
export function progressOf(outcome: Outcome, endTime: string): TerminalProgress {
  if (outcome.status !== 'FAILED') return { status: outcome.status, endTime };
  const errors = new Map<number, ErrorDetail[]>();
  for (const { changeIndex, code, message } of outcome.errors) {
    errors.set(changeIndex, [...(errors.get(changeIndex) ?? []), { ErrorCode: code, ErrorMessage: message }]);
  }
  return {
    status: 'FAILED',
    endTime,
    ...defined({ failureCode: outcome.failureCode, failureDescription: outcome.failureDescription }),
    errors,
  };
}
