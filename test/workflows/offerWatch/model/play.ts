import assert from 'node:assert/strict';
import type { OfferReleasedMessage } from '../../../../src/workflows/offerWatch/contract.ts';
import { offerStatus } from '../../../../src/workflows/offerWatch/details.ts';
import { dayMs, release, Simulation, startMs } from '../simulation.ts';
import { areSameEnd } from '../../../../src/workflows/offerWatch/transitions/ends.ts';
import { Referee, repeatsForMs } from './referee.ts';
import { buyers, ends, targets, type Step } from './steps.ts';

const hourMs = 3_600_000;

/** Opens a run where the one before is over, as delivery does; an end that is past is checked at once. */
function deliver(simulation: Simulation, referee: Referee, message: OfferReleasedMessage): void {
  hear(simulation, referee, message);
  simulation.answer();
}

function hear(simulation: Simulation, referee: Referee, message: OfferReleasedMessage): void {
  if (referee.isEnded) referee.begin();
  const { run } = referee;
  const before = {
    state: referee.state,
    notices: simulation.sent.length,
    end: offerStatus(simulation.watch).expiresAt,
  };
  const wasOpen = !referee.isEnded;
  const repeated = run.heard.has(message.eventId);
  simulation.take(message);
  const parts = simulation.sent.slice(before.notices).map(({ notice }) => notice.id.split(':')[3]);
  if (repeated) {
    assert.deepEqual(parts, []);
    return;
  }
  run.heard.set(message.eventId, { atMs: simulation.nowMs, message });
  const { newest } = run;
  if (newest !== undefined && message.releasedAt < newest.releasedAt) {
    assert.deepEqual(parts, []);
    return;
  }
  run.newest = message;
  if (offerStatus(simulation.watch).expiresAt !== before.end || newest === undefined) {
    run.watchedSinceMs = simulation.nowMs;
  }
  const accepted = referee.allAccepted ? ['accepted'] : [];
  if (newest === undefined) assert.deepEqual(parts, ['released', ...accepted]);
  else if (wasOpen && before.state === 'accepted') {
    if (!referee.allAccepted) run.watchedSinceMs = simulation.nowMs;
    assert.deepEqual(parts, referee.allAccepted ? [] : ['released']);
  } else if (referee.allAccepted) assert.deepEqual(parts, accepted);
  else {
    const same = areSameEnd(offerStatus(simulation.watch).expiresAt, before.end);
    assert.deepEqual(parts, same ? [] : ['moved']);
    if (same && before.state === 'withdrawn') assert.equal(referee.state, 'withdrawn');
    if (newest.offer.expirationDate === message.offer.expirationDate) assert.ok(same, 'the same release moved the end');
  }
}

function agree(
  simulation: Simulation,
  referee: Referee,
  agreementId: string,
  buyerAccountId: string | undefined,
): void {
  const before = { watch: simulation.watch, state: referee.state, notices: simulation.sent.length };
  simulation.accept({
    // What a run before heard is no repeat to this one: the notice of it would be the same, and is not judged here.
    eventId: `event of ${agreementId} by ${buyerAccountId} in run ${referee.runs}`,
    agreementId,
    ...(buyerAccountId === undefined ? {} : { buyerAccountId }),
  });
  const parts = simulation.sent.slice(before.notices).map(({ notice }) => notice.id.split(':')[3]);
  if (before.watch.phase.name === 'ended') {
    assert.deepEqual(simulation.watch, before.watch);
    return;
  }
  const { agreements, presumed, newest } = referee.run;
  const { targetedBuyerCount, targetedBuyerAccountIds: [only] = [] } = newest ?? {};
  if (buyerAccountId !== undefined) presumed.delete(agreementId);
  else if (targetedBuyerCount === 1 && only !== undefined && !agreements.has(agreementId))
    presumed.set(agreementId, only);
  agreements.set(agreementId, (agreements.get(agreementId) ?? new Set()).add(buyerAccountId));
  const isNew = newest !== undefined && referee.allAccepted && before.state !== 'accepted';
  assert.deepEqual(parts, isNew ? ['accepted'] : []);
  if (before.state === 'accepted' && !referee.allAccepted) referee.run.watchedSinceMs = simulation.nowMs;
  // A buyer less than all of an offer whose end is past: AWS is asked at once.
  simulation.answer();
}

function take(simulation: Simulation, referee: Referee, step: Step, index: number): void {
  switch (step.type) {
    case 'release': {
      const releasedOnDay = (simulation.nowMs - step.ageHours * hourMs - startMs) / dayMs;
      const { count, named } = targets[step.target] ?? targets[0];
      const targetedBuyerAccountIds = buyers.slice(0, named).flatMap((buyer) => buyer ?? []);
      const more = { targetedBuyerCount: count, ...(named > 0 && { targetedBuyerAccountIds }) };
      deliver(simulation, referee, release(`e${index}`, releasedOnDay, ends[step.end], more));
      break;
    }
    case 'again': {
      const { newest } = referee.run;
      if (newest !== undefined && !referee.isEnded) deliver(simulation, referee, { ...newest, eventId: `e${index}` });
      break;
    }
    case 'repeat': {
      const recent = [...referee.run.heard.values()].filter(({ atMs }) => simulation.nowMs - atMs < repeatsForMs);
      const found = recent[step.which % Math.max(recent.length, 1)];
      if (found === undefined || referee.state === 'abandoned') break;
      assert.ok(!referee.isEnded, 'closed while a sender may repeat');
      deliver(simulation, referee, found.message);
      break;
    }
    case 'agree':
      agree(simulation, referee, step.agreement, buyers[step.buyer]);
      break;
    case 'shows': {
      const endsAt = ends[step.end];
      simulation.shows = endsAt === undefined ? undefined : { found: 'offer', endsAt };
      break;
    }
    case 'fails':
      simulation.shows = step.finding;
      break;
    case 'slow':
      simulation.answersAfterMs = step.hours * hourMs;
      break;
    case 'stale': {
      const before = simulation.watch;
      simulation.apply({ type: 'checked', finding: { found: 'offer', endsAt: ends[step.end] ?? ends[1] ?? '' } });
      assert.deepEqual(simulation.watch, before);
      break;
    }
    case 'cancel':
      simulation.apply({ type: 'cancelled' });
      break;
    case 'advance':
      simulation.advanceTo(simulation.nowMs + step.hours * hourMs);
      break;
    case 'sleep':
      simulation.sleepTo(simulation.nowMs + step.hours * hourMs);
      referee.run.watchedSinceMs = simulation.nowMs;
      break;
  }
}

/** Plays what happens to an offer, and has the referee judge each step; in the end the watch has to close. */
export function playOut(schedule: readonly number[], taken: readonly Step[]): void {
  const simulation = new Simulation({ beforeEndMs: schedule.map((days) => days * dayMs) });
  const referee = new Referee(simulation);
  for (const [index, step] of taken.entries()) {
    const { state, isEnded, checks } = referee;
    const before = { notices: simulation.sent.length, state, isEnded, checks };
    take(simulation, referee, step, index);
    if (isEnded && step.type !== 'release') assert.equal(simulation.sent.length, before.notices);
    referee.check(before);
    referee.checkOpen(before);
  }
  simulation.shows = undefined;
  simulation.answersAfterMs = 0;
  for (let round = 0; round < 2; round += 1) {
    const { expiresAt = new Date(simulation.nowMs).toISOString() } = offerStatus(simulation.watch);
    simulation.advanceTo(Math.max(Date.parse(expiresAt), simulation.nowMs) + 2 * dayMs);
  }
  assert.ok(referee.isEnded, 'open long after its end');
}
