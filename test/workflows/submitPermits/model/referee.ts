import { submitPermitsDefaults } from '../../../../src/policies/defaults.ts';
import type { PermitAnswer, PermitRequest } from '../../../../src/workflows/submitPermits/contract.ts';
import {
  carriedState,
  counted,
  giveBack,
  noPermits,
  numbersOf,
  recountBegun,
  recounted,
  request,
  type Permits,
} from '../../../../src/workflows/submitPermits/permits.ts';
import type { Beginning, Step } from './steps.ts';

const dayMs = 86_400_000;
const settleMs = 10_000;
const usedWithinMs = 60_000;
/** Within this of the clock, midnight may be another one at the vendor's. */
const clockMs = 5_000;
const paceWithinMs = 10_000;
const usedPart = 0.952;

/** The tokens of the steps, and one of those that ran before. */
const watched = ['t0', 't1', 't2', 't3', 't4', 'before-0'] as const;

/** A grant as it was given. */
interface Grant {
  readonly token: string;
  readonly grant: number;
  readonly fromMs: number;
  readonly byOperator: boolean;
  /** Until when it can be sent. */
  toMs: number;
  /** From when on the token is free again. */
  freeMs: number;
  isUnsent: boolean;
}

function required(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const daysOf = (fromMs: number, toMs: number): readonly number[] => [
  ...new Set([Math.floor((fromMs - clockMs) / dayMs), Math.floor((toMs + clockMs) / dayMs)]),
];

/** An account at AWS, its activity attempts, and the permits beside them; what it knows is what really happened. */
export class Referee {
  readonly #beginning: Beginning;
  readonly #mostInFlight: number;
  #nowMs = 20_001 * dayMs - 90_000;
  #state: Permits;
  /** The same, never renewed: renewal must change no answer. */
  #twin: Permits;
  readonly #grants: Grant[] = [];
  /** What runs at AWS. */
  readonly #running = new Set<string>();
  /** What was listed of today and before, by the first run. */
  readonly #listedToday: ReadonlySet<string>;
  /** When a recount began, and what AWS listed then. */
  #recount:
    { readonly settled: readonly string[]; readonly listed: readonly string[]; readonly grants: number } | undefined;
  #nextStartMs = 0;

  constructor(beginning: Beginning, mostInFlight: number) {
    this.#beginning = beginning;
    this.#mostInFlight = mostInFlight;
    const beganMs = this.#nowMs - beginning.beganDaysAgo * dayMs - 60_000;
    const running = Array.from({ length: beginning.running }, (_, index) => `before-${index}`);
    for (const token of running) this.#running.add(token);
    const listed = [
      ...running.map((token) => ({ token, startTime: new Date(beganMs).toISOString(), runs: true })),
      ...(beginning.hasEnded
        ? [{ token: 'ended', startTime: new Date(this.#nowMs - 120_000).toISOString(), runs: false }]
        : []),
    ];
    const { answer } = request(noPermits, this.#asked('t0', false, []), this.#nowMs, submitPermitsDefaults);
    required(answer.outcome === 'later', 'nothing is granted before what was submitted today is counted');
    this.#state = counted(noPermits, listed, this.#nowMs);
    this.#twin = this.#state;
    this.#listedToday = new Set([
      ...(beginning.beganDaysAgo === 0 ? running : []),
      ...(beginning.hasEnded ? ['ended'] : []),
    ]);
  }

  take(step: Step): void {
    switch (step.do) {
      case 'ask':
        this.#ask(`t${step.token}`, step.byOperator, step.used);
        break;
      case 'return':
        this.#giveBack(`t${step.token}`, step.lag, step.fate);
        break;
      case 'submit':
        this.#submit(`t${step.token}`);
        break;
      case 'end':
        this.#running.delete(`t${step.token}`);
        break;
      case 'beginRecount':
        this.#beginRecount();
        break;
      case 'recount':
        this.#endRecount();
        break;
      case 'renew':
        this.#state = carriedState(this.#state, this.#nowMs, submitPermitsDefaults);
        break;
      case 'wait':
        this.#nowMs += step.ms;
        break;
    }
    this.#checkFlight();
  }

  /** Everything ends; then a recount leaves nothing in flight, and a renewal nothing of the past. */
  finish(): void {
    this.#running.clear();
    this.#nowMs += 3 * dayMs;
    this.#endRecount();
    this.#beginRecount();
    this.#endRecount();
    required(numbersOf(this.#state, this.#nowMs).inFlight === 0, 'what has ended is not in flight');
    const left = Object.keys(carriedState(this.#state, this.#nowMs, submitPermitsDefaults).permits);
    required(left.length === 0, `nothing of the past is carried, but ${left.join(', ')}`);
  }

  #asked(token: string, byOperator: boolean, used: NonNullable<PermitRequest['used']>): PermitRequest {
    const { dailyCap, startsPerSecond } = this.#beginning;
    const authority = byOperator ? 'operator' : 'policy';
    return { token, authority, dailyCap, startsPerSecond, usedWithinMs, settleMs, used };
  }

  #ask(token: string, byOperator: boolean, named: number): void {
    const used = (named === 0 ? [] : this.#grants.slice(-named)).map((grant) => {
      this.#end(grant);
      return { token: grant.token, grant: grant.grant };
    });
    const asked = this.#asked(token, byOperator, used);
    const { state, answer } = request(this.#state, asked, this.#nowMs, submitPermitsDefaults);
    const twin = request(this.#twin, asked, this.#nowMs, submitPermitsDefaults);
    [this.#state, this.#twin] = [state, twin.state];
    required(JSON.stringify(answer) === JSON.stringify(twin.answer), 'a renewed run answers as the one before');
    this.#judge(token, byOperator, answer);
    if (answer.outcome !== 'granted') return;
    const toMs = this.#nowMs + usedWithinMs;
    this.#grants.push({
      token,
      grant: answer.grant,
      fromMs: this.#nowMs,
      byOperator,
      toMs,
      freeMs: toMs + settleMs,
      isUnsent: false,
    });
    this.#nextStartMs = Math.max(this.#nextStartMs, this.#nowMs) + this.#paceMs();
  }

  #paceMs(): number {
    return 1_000 / (this.#beginning.startsPerSecond * usedPart);
  }

  /** The tokens that may have been accepted in a day, as their permits were given. */
  #inDay(day: number): ReadonlySet<string> {
    const granted = this.#grants.filter(
      ({ byOperator, isUnsent, fromMs }) =>
        !byOperator && !isUnsent && daysOf(fromMs, fromMs + usedWithinMs).includes(day),
    );
    const listed = day === 20_000 ? this.#listedToday : [];
    return new Set([...listed, ...granted.map(({ token }) => token)]);
  }

  #judge(token: string, byOperator: boolean, answer: PermitAnswer): void {
    const days = byOperator ? [] : daysOf(this.#nowMs, this.#nowMs + usedWithinMs);
    const isHeld = this.#grants.some((one) => one.token === token && this.#isOpen(one));
    const isFull = days.some((day) => {
      const counting = this.#inDay(day);
      return !counting.has(token) && counting.size >= this.#beginning.dailyCap;
    });
    const inFlight = numbersOf(this.#twin, this.#nowMs).inFlight;
    const waitsMs = Math.max(this.#nextStartMs - this.#nowMs, 0);
    switch (answer.outcome) {
      case 'granted':
        required(!isHeld, `${token} is granted while another attempt may submit it, or AWS may not list it`);
        required(!isFull, `${token} is granted beyond the cap`);
        required(waitsMs <= paceWithinMs, `${token} is granted faster than the pace`);
        break;
      case 'capReached':
        required(isFull, `the cap is not reached, but ${token} is refused`);
        break;
      case 'later':
        required(answer.because !== 'counting', 'everything is counted');
        required(answer.because !== 'held' || isHeld, `nobody holds ${token}`);
        required(answer.because !== 'pace' || waitsMs > paceWithinMs, `the pace lets ${token} go`);
        required(
          answer.because !== 'inFlight' || (inFlight >= this.#mostInFlight && !this.#mayRun(token)),
          `${token} is no further one in flight`,
        );
        break;
    }
  }

  /** Whether it runs, or an attempt may still submit it. */
  #mayRun(token: string): boolean {
    return (
      this.#running.has(token) ||
      this.#grants.some((one) => one.token === token && !one.isUnsent && this.#nowMs < one.toMs)
    );
  }

  /** All that runs, or may, is counted in flight, and never more than may be. */
  #checkFlight(): void {
    for (const token of watched) {
      const isCounted = this.#state.permits[token]?.inFlight === true;
      required(isCounted || !this.#mayRun(token), `${token} may run, and is not counted in flight`);
    }
    required(numbersOf(this.#state, this.#nowMs).inFlight <= this.#mostInFlight, 'too many are in flight');
  }

  /** The attempt of a grant has ended: it sends nothing more, and AWS lists what it sent a moment later. */
  #end(grant: Grant): void {
    if (this.#nowMs >= grant.freeMs) return;
    grant.toMs = Math.min(grant.toMs, this.#nowMs);
    const newest = this.#grants.findLast(({ token }) => token === grant.token);
    if (newest === grant) grant.freeMs = Math.min(grant.freeMs, this.#nowMs + settleMs);
  }

  #giveBack(token: string, lag: number, fate: 'unsent' | 'unknown'): void {
    const own = this.#grants.filter((one) => one.token === token);
    const grant = own.at(-1 - lag);
    // What was submitted is not returned as unsent.
    if (grant === undefined || (fate === 'unsent' && this.#running.has(token))) return;
    const isInTime = grant === own.at(-1) && !grant.isUnsent && this.#nowMs < grant.freeMs;
    const given = { token, grant: grant.grant, fate, settleMs };
    this.#state = giveBack(this.#state, given, this.#nowMs);
    this.#twin = giveBack(this.#twin, given, this.#nowMs);
    if (fate === 'unknown') this.#end(grant);
    // One that comes late changes nothing: the grant stays counted.
    else if (isInTime) grant.isUnsent = true;
  }

  #submit(token: string): void {
    const grant = this.#grants.findLast((one) => one.token === token);
    if (grant !== undefined && !grant.isUnsent && this.#nowMs < grant.toMs) this.#running.add(token);
  }

  #beginRecount(): void {
    const settled = watched.filter(
      (token) => !this.#running.has(token) && !this.#grants.some((one) => one.token === token && this.#isOpen(one)),
    );
    this.#state = recountBegun(this.#state, this.#nowMs);
    this.#twin = recountBegun(this.#twin, this.#nowMs);
    // AWS may answer at once, and the answer arrive much later.
    this.#recount = { settled, listed: [...this.#running], grants: this.#grants.length };
  }

  #isOpen({ isUnsent, freeMs }: Grant): boolean {
    return !isUnsent && this.#nowMs < freeMs;
  }

  #endRecount(): void {
    if (this.#recount === undefined) return;
    const { settled, listed, grants } = this.#recount;
    this.#recount = undefined;
    this.#state = recounted(this.#state, listed);
    this.#twin = recounted(this.#twin, listed);
    const grantedSince = new Set(this.#grants.slice(grants).map(({ token }) => token));
    for (const token of settled) {
      const isCounted = this.#state.permits[token]?.inFlight === true;
      required(grantedSince.has(token) || !isCounted, `${token} has ended, and is counted in flight`);
    }
  }
}
