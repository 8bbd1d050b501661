import type { Journal } from '../journal.ts';
import { landChanges } from './effects.ts';
import type { Outcome } from './plans.ts';
import type { RandomSource } from './random.ts';
import type { ErrorDetail, Store, StoredChangeSet, TerminalProgress } from './store.ts';
import { isTerminal } from './store.ts';
import { serviceTime } from './times.ts';
import { defined } from '../defined.ts';

/** What the lifecycle needs; `finished` is called once for each set that ends. */
export interface LifecycleOptions {
  readonly journal: Journal;
  readonly store: Store;
  readonly random: RandomSource;
  readonly defaultDurationMs: number;
  readonly finished: (set: StoredChangeSet, outcome: Outcome) => void;
}

/** What is to become of a running set, with times in milliseconds since 1970. */
interface Course {
  readonly outcome: Outcome;
  readonly applyAtMs: number;
  readonly endAtMs: number;
}

/** Moves change sets on: PREPARING, then APPLYING, then the outcome that was planned. Its timers hold no process up. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  /** By id of the set. */
  readonly #courses;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waiting = new Map<string, ((set: StoredChangeSet) => void)[]>();

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#courses = options.journal.table<Course>('courses');
  }

  /** Starts, or decides again, what becomes of a running set. Times count from this call. */
  begin(set: StoredChangeSet, outcome: Outcome): void {
    const durationMs = outcome.durationMs ?? this.#options.defaultDurationMs;
    const preparingMs = Math.min(outcome.preparingMs ?? durationMs / 2, durationMs);
    const nowMs = Date.now();
    const applyAtMs = set.progress.status === 'APPLYING' ? nowMs : nowMs + preparingMs;
    this.#courses.set(set.id, { outcome, applyAtMs, endAtMs: nowMs + durationMs });
    if (applyAtMs === nowMs) this.#apply(set.id);
    else this.#after(set.id, applyAtMs, () => this.#apply(set.id));
  }

  /** Goes on with what the journal has: what was due in the meantime comes now. */
  resume(): void {
    for (const [id, { applyAtMs }] of this.#courses.entries()) this.#after(id, applyAtMs, () => this.#apply(id));
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

  /** Stops, and forgets what was to come. */
  clear(): void {
    this.stop();
    this.#courses.clear();
  }

  #after(id: string, atMs: number, step: () => void): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(step, Math.max(0, atMs - Date.now())).unref());
  }

  #apply(id: string): void {
    const course = this.#courses.get(id);
    const set = this.#options.store.changeSet(id);
    if (course === undefined || set === undefined) return;
    if (set.progress.status === 'PREPARING') {
      set.progress = { status: 'APPLYING' };
      this.#options.store.keep(set);
    }
    this.#after(id, course.endAtMs, () => this.#end(set, course.outcome));
  }

  #end(set: StoredChangeSet, outcome: Outcome): void {
    clearTimeout(this.#timers.get(set.id));
    this.#timers.delete(set.id);
    this.#courses.delete(set.id);
    const endTime = serviceTime(Date.now());
    const partialEffects = outcome.partialEffects ?? outcome.status === 'SUCCEEDED';
    if (partialEffects && set.intent === 'APPLY') {
      const created = landChanges(this.#options.store, set, endTime, this.#options.random);
      if (outcome.status === 'SUCCEEDED') set.createdEntityIds = created;
    }
    set.progress = progressOf(outcome, endTime);
    this.#options.store.keep(set);
    this.#options.finished(set, outcome);
    for (const resolve of this.#waiting.get(set.id) ?? []) resolve(set);
    this.#waiting.delete(set.id);
  }
}

/** The terminal progress that an outcome leads to. */
export function progressOf(outcome: Outcome, endTime: string): TerminalProgress {
  if (outcome.status !== 'FAILED') return { status: outcome.status, endTime };
  const errors: Record<number, ErrorDetail[]> = {};
  for (const { changeIndex, code, message } of outcome.errors) {
    errors[changeIndex] = [...(errors[changeIndex] ?? []), { ErrorCode: code, ErrorMessage: message }];
  }
  return {
    status: 'FAILED',
    endTime,
    ...defined({ failureCode: outcome.failureCode, failureDescription: outcome.failureDescription }),
    errors,
  };
}
