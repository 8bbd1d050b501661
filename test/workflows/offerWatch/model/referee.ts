import assert from 'node:assert/strict';
import type { OfferReleasedMessage } from '../../../../src/workflows/offerWatch/contract.ts';
import { offerStatus } from '../../../../src/workflows/offerWatch/details.ts';
import type { CheckFinding, OfferCase } from '../../../../src/workflows/offerWatch/state.ts';
import { isSameEnd } from '../../../../src/workflows/offerWatch/transitions/ends.ts';
import { lengthName } from '../../../../src/workflows/shared/reminders.ts';
import { dayMs, startMs, type Simulation } from '../simulation.ts';

/** What is known of one run, beside the state machine and by a simpler reckoning. */
interface Run {
  newest: OfferReleasedMessage | undefined;
  /** Each event heard, and when it was first. */
  readonly heard: Map<string, { readonly atMs: number; readonly message: OfferReleasedMessage }>;
  readonly agreements: Map<string, Set<string | undefined>>;
  /** Agreements that name nobody, of an offer to a single buyer: that buyer. */
  readonly presumed: Map<string, string>;
  /** Since when the present end has been watched without a break. */
  watchedSinceMs: number;
}

/** The day of a text that stands for one, which begins or ends with it. */
const dayOf = (end: string): string | undefined => /^(.{10})T(?:00:00:00\.000|23:59:59\.999)Z$/.exec(end)?.[1];
const firstMsOf = (end: string): number => Date.parse(dayOf(end) ?? end);
const lastMsOf = (end: string): number => (dayOf(end) === undefined ? Date.parse(end) : firstMsOf(end) + dayMs - 1);

/** Judges what a watch does. */
export class Referee {
  run: Run = newRun();
  runs = 0;
  readonly #simulation: Simulation;
  #checks = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    simulation.onAnswer = (...answer) => this.#onAnswer(...answer);
  }

  /** A run has begun, since the one before it was over. */
  begin(): void {
    this.runs += 1;
    this.run = newRun();
  }

  get state(): string {
    return offerStatus(this.#simulation.watch).state;
  }

  get isEnded(): boolean {
    return this.#simulation.watch.phase.name === 'ended';
  }

  /** Every buyer whom the newest release is targeted at has accepted. */
  get allAccepted(): boolean {
    const { newest, agreements, presumed } = this.run;
    const { targetedBuyerCount: count = 0, targetedBuyerAccountIds: named = [] } = newest ?? {};
    const who = new Set([...agreements.values(), presumed.values()].flatMap((buyers) => [...buyers]));
    who.delete(undefined);
    const accepted = named.length === count ? named.filter((buyer) => who.has(buyer)).length : who.size;
    return count > 0 && accepted >= count;
  }

  /** Each answer of AWS: what another end means, and what any other answer does. It shows the time at which it was asked for. */
  #onAnswer(finding: CheckFinding, askedMs: number, before: OfferCase, noticesBefore: number): void {
    this.#checks += 1;
    const { watch, nowMs, sent } = this.#simulation;
    const known = offerStatus(before).expiresAt;
    const now = offerStatus(watch);
    const parts = sent.slice(noticesBefore).map(({ notice }) => notice.id.split(':')[3]);
    const endsAt = finding.found === 'offer' ? finding.endsAt : undefined;
    if (endsAt !== undefined && !isSameEnd(endsAt, known ?? '')) {
      const isPast = lastMsOf(endsAt) <= askedMs;
      assert.deepEqual(parts, [isPast ? 'withdrawn' : 'moved']);
      assert.equal(now.expiresAt, endsAt);
      assert.equal(now.state, isPast ? 'withdrawn' : 'watching');
      this.run.watchedSinceMs = nowMs;
      return;
    }
    assert.ok(!parts.includes('moved') && !parts.includes('withdrawn'), 'an end that has not moved');
    assert.equal(now.expiresAt, known);
    // AWS was asked before the end, and answered after it.
    const isStale = nowMs >= lastMsOf(known ?? '') && askedMs < lastMsOf(known ?? '');
    assert.ok(watch.phase.name !== 'checking' || isStale, 'asked again, although the answer says all');
    if (now.state === 'expired') assert.ok(askedMs >= Date.parse(endsAt ?? known ?? ''), 'expired before its end');
    if (this.#simulation.answersAfterMs > 0) this.run.watchedSinceMs = nowMs;
  }

  /** After every step. @param before how many notices had been sent, and what the state was. */
  check(before: { readonly notices: number; readonly state: string; readonly checks: number }): void {
    const { watch, sent } = this.#simulation;
    const { newest, agreements } = this.run;
    const names = this.#simulation.names();
    assert.equal(new Set(names).size, names.length, 'two notices of one identity');
    for (const { atMs, notice } of sent.slice(before.notices)) this.#checkReminder(atMs, notice.id);
    if (this.isEnded) return;
    assert.equal(watch.agreementCount, agreements.size);
    assert.equal(this.state === 'accepted', this.allAccepted && newest !== undefined);
    if (this.state === 'withdrawn' && before.state !== 'withdrawn') assert.ok(this.#checks > before.checks);
    this.#checkReminded();
  }

  get checks(): number {
    return this.#checks;
  }

  /** Not before its time, not at or after the end, and never of an offer that was accepted. */
  #checkReminder(atMs: number, id: string): void {
    const [, end, reminder] = /:(\d{4}-.*Z):(before-.*)$/.exec(id) ?? [];
    if (end === undefined) return;
    const { beforeEndMs } = this.#simulation.policy;
    const lengthMs = beforeEndMs.find((ms) => reminder === `before-${lengthName(ms)}`);
    assert.ok(lengthMs !== undefined);
    assert.ok(atMs >= firstMsOf(end) - lengthMs && atMs < Date.parse(end), 'a reminder out of its time');
    assert.ok(!this.allAccepted, 'a reminder of an offer that was accepted');
  }

  /** Every reminder that lay ahead when the watch over this end began, and whose time came with a worker there, was sent. */
  #checkReminded(): void {
    const { watch, nowMs, policy } = this.#simulation;
    const { state, expiresAt } = offerStatus(watch);
    if (state !== 'watching' || expiresAt === undefined) return;
    for (const ms of policy.beforeEndMs.filter((each) => each > 0)) {
      const reminderMs = firstMsOf(expiresAt) - ms;
      if (reminderMs <= this.run.watchedSinceMs || reminderMs > nowMs) continue;
      const suffix = `:before-${lengthName(ms)}`;
      const isOfIt = (name: string) => name.endsWith(suffix) && isSameEnd(name.slice(0, -suffix.length), expiresAt);
      assert.ok(this.#simulation.names().some(isOfIt), `not reminded: ${expiresAt}${suffix}`);
    }
  }

  /** A watch that was accepted stays open until its end, whatever is released meanwhile. */
  checkOpen(before: { readonly state: string; readonly isEnded: boolean }): void {
    if (before.state !== 'accepted' || before.isEnded || !this.isEnded || this.state !== 'accepted') return;
    const { expiresAt } = offerStatus(this.#simulation.watch);
    assert.ok(expiresAt === undefined || this.#simulation.nowMs >= Date.parse(expiresAt), 'closed before its end');
  }
}

function newRun(): Run {
  return { newest: undefined, heard: new Map(), agreements: new Map(), presumed: new Map(), watchedSinceMs: startMs };
}

/** As long as a sender repeats an event. */
export const repeatsForMs = dayMs;
