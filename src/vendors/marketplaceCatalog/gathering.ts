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
  /** Until then it waits for others that are to come, in milliseconds of the clock. */
  readonly waitsUntilMs: number;
  /** Asked on its own, after a listing with others was refused. */
  readonly alone: boolean;
  readonly resolve: (rows: Promise<unknown>) => void;
}

/** One listing for several questions: how many values its filter takes, and what makes it. */
export interface SharedListing<Asked extends Question, Answer> {
  readonly mostValues: number;
  /** For so long a question waits for others that are to come, in milliseconds; for less where the filter is full before. */
  readonly waitsMs: number;
  readonly clock: Clock;
  /** Whether others are to come that have not asked yet. */
  readonly othersCome: () => boolean;
  /** Makes one listing for all these questions, to its end. */
  readonly list: (questions: readonly Asked[]) => Promise<Answer>;
  /** Whether a failure may be due to the values of one question: then each is asked on its own. */
  readonly mayConcernOne: (error: unknown) => boolean;
}

/**
 * Gathers questions of one kind: while a listing is under way, or waits for its permit, those that come wait for the next
 * one, which takes as many as fit in its filter. Where others are to come, the first waits a while for them. Where nobody
 * else asks, and nobody is to come, it waits for nobody. A listing is begun after all of its questions were asked.
 */
export class Gathering<Asked extends Question, Answer> {
  readonly #listing: SharedListing<Asked, Answer>;
  #waiting: Array<Waiting<Asked>> = [];
  #underWay = false;
  #stopTimer: () => void = () => undefined;

  constructor(listing: SharedListing<Asked, Answer>) {
    this.#listing = listing;
  }

  /** Whether nothing is asked. */
  get idle(): boolean {
    return !this.#underWay && this.#waiting.length === 0;
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
    const { clock, waitsMs } = this.#listing;
    const waiting: Waiting<Asked> = { question, alone, resolve, waitsUntilMs: alone ? 0 : clock.nowMs() + waitsMs };
    const leave = (): void => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      if (signal !== undefined) reject(reasonOf(signal));
    };
    signal?.addEventListener('abort', leave, { once: true });
    const place = this.#waiting.findIndex((other) => other.question.priority > question.priority);
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, waiting);
    this.beginNext();
    return promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  /** Begins the next listing where none is under way; to be called when fewer others are to come. */
  beginNext(): void {
    this.#stopTimer();
    if (this.#underWay || this.#waiting.length === 0) return;
    const { clock, mostValues, othersCome } = this.#listing;
    const leftMs = Math.min(...this.#waiting.map(({ waitsUntilMs }) => waitsUntilMs)) - clock.nowMs();
    const values = new Set(this.#waiting.flatMap(({ question }) => question.values));
    if (leftMs > 0 && values.size < mostValues && othersCome()) {
      this.#stopTimer = clock.after(leftMs, () => this.beginNext());
      return;
    }
    const taken = this.#take();
    this.#underWay = true;
    const questions = taken.map(({ question }) => question);
    const answer = this.#listing.list(questions).finally(() => {
      this.#underWay = false;
      this.beginNext();
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
