import type { Clock } from '../../quotas/clock.ts';

/** What one caller wants of a listing that it may share with others. */
export interface Question {
  /** The values of the filter that are its own; as many as a filter takes at most. */
  readonly values: readonly string[];
  /** A lower number is asked first; of one priority, who came first. */
  readonly priority: number;
  /** Its caller needs no answer any more: it leaves with the reason, and the others stay. */
  readonly signal?: AbortSignal;
}

interface Waiting<Asked> {
  readonly question: Asked;
  /** Asked on its own, after a listing with others was refused. */
  readonly alone: boolean;
  readonly resolve: (rows: Promise<unknown>) => void;
}

/** One listing for several questions: how many values its filter takes, and what makes it. */
export interface SharedListing<Asked extends Question, Answer> {
  readonly mostValues: number;
  /**
   * After a listing that several shared, the next one begins so many milliseconds after it at the earliest, unless its
   * filter is full.
   */
  readonly restMs: number;
  readonly clock: Clock;
  /** Makes one listing for all these questions, to its end. */
  readonly list: (questions: readonly Asked[]) => Promise<Answer>;
  /** Whether a failure may be due to the values of one question: then each is asked on its own. */
  readonly mayConcernOne: (error: unknown) => boolean;
}

/**
 * Gathers questions of one kind: while a listing is under way, or waits for its permit, those that come wait for the next
 * one, which takes as many as fit in its filter. Where several share them, listings are begun with some distance, so that
 * filters fill up. One that comes while nobody else asks waits for nobody. A listing is begun after all of its questions
 * were asked.
 */
export class Gathering<Asked extends Question, Answer> {
  readonly #listing: SharedListing<Asked, Answer>;
  #waiting: Array<Waiting<Asked>> = [];
  #underWay = false;
  /** Until then a filter that is not full waits for more. */
  #restsUntilMs = -Infinity;
  #stopTimer: () => void = () => undefined;

  constructor(listing: SharedListing<Asked, Answer>) {
    this.#listing = listing;
  }

  /** Whether the next question begins a listing at once. */
  get idle(): boolean {
    return !this.#underWay && this.#waiting.length === 0 && this.#listing.clock.nowMs() >= this.#restsUntilMs;
  }

  /**
   * The answer of the listing that takes this question: its rows are those of all who share it.
   * @throws what the listing throws, and the reason of the question's signal.
   */
  async ask(question: Asked): Promise<Answer> {
    return (await this.#ask(question, false)) as Answer;
  }

  #ask(question: Asked, alone: boolean): Promise<unknown> {
    const { signal } = question;
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const waiting: Waiting<Asked> = { question, alone, resolve };
    const leave = (): void => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      if (signal !== undefined) reject(reasonOf(signal));
    };
    signal?.addEventListener('abort', leave, { once: true });
    const place = this.#waiting.findIndex((other) => other.question.priority > question.priority);
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, waiting);
    this.#next();
    return promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  /** Begins the next listing where none is under way. */
  #next(): void {
    this.#stopTimer();
    if (this.#underWay || this.#waiting.length === 0) return;
    const { clock, restMs, mostValues } = this.#listing;
    const nowMs = clock.nowMs();
    const values = new Set(this.#waiting.flatMap(({ question }) => question.values));
    if (nowMs < this.#restsUntilMs && values.size < mostValues) {
      this.#stopTimer = clock.after(this.#restsUntilMs - nowMs, () => this.#next());
      return;
    }
    const taken = this.#take();
    this.#underWay = true;
    this.#restsUntilMs = taken.length > 1 ? nowMs + restMs : nowMs;
    const questions = taken.map(({ question }) => question);
    const answer = this.#listing.list(questions).finally(() => {
      this.#underWay = false;
      this.#next();
    });
    for (const { question, resolve } of taken) {
      const own =
        taken.length === 1
          ? answer
          : answer.catch((error: unknown) => {
              if (!this.#listing.mayConcernOne(error)) throw error;
              return this.#ask(question, true);
            });
      // Its caller may have left.
      own.catch(() => undefined);
      resolve(own);
    }
  }

  /** Those who go next: in their order, as many as fit. */
  #take(): ReadonlyArray<Waiting<Asked>> {
    const values = new Set<string>();
    const taken: Array<Waiting<Asked>> = [];
    for (const one of this.#waiting) {
      const more = one.question.values.filter((value) => !values.has(value));
      const fits = taken.length === 0 || (!one.alone && values.size + more.length <= this.#listing.mostValues);
      if (!fits) continue;
      for (const value of more) values.add(value);
      taken.push(one);
      if (one.alone) break;
    }
    this.#waiting = this.#waiting.filter((one) => !taken.includes(one));
    return taken;
  }
}

function reasonOf(signal: AbortSignal): Error {
  const { reason } = signal as { readonly reason: unknown };
  return reason instanceof Error ? reason : new Error('The question was taken back', { cause: reason });
}
