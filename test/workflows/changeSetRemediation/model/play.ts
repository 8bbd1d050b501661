import { readLineage } from '../../../../src/workflows/changeSetRemediation/carried.ts';
import {
  newCase,
  type ChangeSetCase,
  type LineageMessage,
} from '../../../../src/workflows/changeSetRemediation/state.ts';
import { hasClaims } from '../../../../src/workflows/changeSetRemediation/transitions/claims.ts';
import { next } from '../../../../src/workflows/changeSetRemediation/transitions/next.ts';
import { createChannel, type Channel, type Order } from './channel.ts';
import { createDice } from './dice.ts';
import { createFindings, endedAt, senseless, startedAt, type Findings } from './findings.ts';
import { longWaitMs, policy, remindAfterMs } from './policy.ts';
import { createReferee, type Referee } from './referee.ts';
import { automaticLimit, givenUpInFlight, type Truth } from './truth.ts';
import { createVendor, originId, type Vendor, type VendorEvent } from './vendor.ts';

/** More steps than any truth of the model needs: a lineage that takes them runs in a circle. */
const mostSteps = 300;
/** Chances at every moment. */
const likely = { reset: 0.15, senseless: 0.3, completion: 0.3, late: 0.5, doubled: 0.3, reminder: 0.3, lasting: 0.2 };

/** The lineage at one moment. */
interface Moment {
  readonly lineage: ChangeSetCase;
  /** How much had come in by then. */
  readonly come: number;
  /** What an activity found after it. */
  found?: LineageMessage;
}

/** One run of the machine in the model's world. */
interface Play {
  readonly truth: Truth;
  readonly order: Order;
  readonly vendor: Vendor;
  readonly channel: Channel;
  readonly findings: Findings;
  readonly referee: Referee;
  readonly dice: ReturnType<typeof createDice>;
  lineage: ChangeSetCase;
  nowMs: number;
  /** Change sets that succeeded, of which nothing is described yet. */
  undescribed: string[];
  /** The lineage at earlier moments. */
  readonly moments: Moment[];
  /** What comes again after a reset: signals, and operators' commands. */
  readonly came: LineageMessage[];
  resetsLeft: number;
}

const commands: ReadonlySet<LineageMessage['type']> = new Set(['retry', 'approve', 'amend', 'resolve', 'abandon']);

/**
 * Throws the lineage back to an earlier moment. What was signalled since comes again, the vendor keeps what it took, and
 * what the run was about to do is lost.
 */
function reset(play: Play): void {
  const moment = play.dice.pick(play.moments);
  if (moment === undefined) return;
  play.resetsLeft -= 1;
  play.moments.splice(play.moments.indexOf(moment) + 1);
  play.lineage = moment.lineage;
  play.undescribed = [];
  const coming = play.came.splice(moment.come);
  play.referee.reset(moment.lineage, coming);
  for (const message of coming) apply(play, message);
  // What an activity had found may stand in the history that is kept: it is older than what comes again.
  const { found } = moment;
  if (found !== undefined && play.lineage.phase === moment.lineage.phase && play.dice.chance(likely.late)) {
    apply(play, found);
  }
}

/**
 * Whether the end is the same after a reset. Where events lie, what comes again in another order ends a lineage wrongly, but
 * AWS's events do not lie. Somebody who gives up at a moment that does not come again does not give up. What an operator
 * submitted counts as automatic when another run finds it, so that the limit must be out of reach.
 */
function isResettable(truth: Truth, { contradictions }: Order): boolean {
  const withinLimit = truth.changeSets.length <= automaticLimit;
  return withinLimit && !contradictions && !truth.misshown && truth.givingUp === undefined;
}

function mayReset({ resetsLeft, dice }: Play): boolean {
  return resetsLeft > 0 && dice.chance(likely.reset);
}

function apply(play: Play, message: LineageMessage): void {
  if (message.type === 'outcome' || commands.has(message.type)) play.came.push(message);
  const transition = next(play.lineage, message, { policy, nowMs: play.nowMs });
  // Every state can be carried to another run.
  play.lineage = readLineage(transition.state);
  for (const effect of transition.effects ?? []) {
    if (effect.type === 'describeSuccess') play.undescribed.push(effect.changeSetId);
  }
  play.referee.see(message, transition);
}

function arrive(play: Play, event: VendorEvent, kind: 'true' | 'contradiction' | 'foreign'): void {
  play.referee.arrived(event, kind);
  const place = { account: '123456789012', catalog: 'AWSMarketplace' };
  apply(play, { type: 'outcome', message: { ...event, ...place, startTime: startedAt, endTime: endedAt } });
}

function isOpen({ phase, diagnosis, pendingEnd }: ChangeSetCase): boolean {
  switch (phase.name) {
    case 'inspecting':
    case 'diagnosing':
    case 'backingOff':
    case 'submitting':
    case 'awaitingBlocker':
      return true;
    case 'abandoning':
      return phase.changeSetId === undefined;
    case 'awaitingDecision':
      if (phase.reason.kind === 'checkFailed') return diagnosis === undefined || pendingEnd !== undefined;
      return phase.reason.kind === 'submitUnknown';
    default:
      return false;
  }
}

function isGivenUp({ audit, pendingEnd }: ChangeSetCase): boolean {
  return pendingEnd !== undefined || audit.some((entry) => entry.command === 'abandon');
}

function deliverOne(play: Play): boolean {
  const { channel, vendor, lineage } = play;
  const parcel = channel.take(vendor, {
    phase: lineage.phase.name,
    newest: lineage.members.at(-1)?.attempt ?? 0,
    open: isOpen(lineage),
    recorded: (id) => lineage.members.find(({ changeSetId }) => changeSetId === id)?.outcome,
    pendingEnd: isGivenUp(lineage),
  });
  if (parcel !== undefined) arrive(play, parcel.event, parcel.kind);
  return parcel !== undefined;
}

/** Whether the operator of the plan gives up in this phase. */
function givesUp({ truth: { givingUp }, lineage }: Play): boolean {
  if (givingUp === undefined || isGivenUp(lineage)) return false;
  const { attempt, moment } = givingUp;
  const { phase } = lineage;
  switch (moment) {
    case 'inspecting':
      return phase.name === 'inspecting';
    case 'backingOff':
      return phase.name === 'backingOff' && phase.attempt === attempt;
    case 'beforeAcceptance':
    case 'afterAcceptance':
      return phase.name === 'submitting' && phase.attempt === attempt;
    case 'inFlight':
      return phase.name === 'awaitingOutcome' && lineage.members.at(-1)?.attempt === attempt;
    case 'missed':
    case 'answerLost':
    case 'checkFailed':
      return false;
  }
}

/** A change set whose first check lied is corrected by its event before anything is submitted again. */
function putRight(play: Play): void {
  const { truth, vendor, lineage } = play;
  const set = vendor.sets.get(truth.changeSets.length - 1);
  if (!truth.misshown || set === undefined) return;
  if (lineage.phase.name === 'backingOff' && set.checks > 0) vendor.complete(set);
  const lied = lineage.phase.name === 'awaitingOutcome' && lineage.phase.changeSetId === set.changeSetId;
  while ((lineage.phase.name === 'backingOff' && set.checks > 0) || lied) {
    if (play.lineage.phase !== lineage.phase || !deliverOne(play)) return;
  }
}

/** Whose the outcomes are that wait: checked beside what the phase waits for. */
function checkClaims(play: Play): void {
  const { phase, unclaimed } = play.lineage;
  // A check that finds the lost submit leaves no question at which the plan could give up.
  const planned = play.truth.givingUp?.moment === 'answerLost' && phase.name === 'awaitingDecision';
  if (!hasClaims(play.lineage) || planned) return;
  const strangers = unclaimed.every(({ changeSetId }) => play.vendor.find(changeSetId) === undefined);
  const fails = strangers && phase.name !== 'abandoning' && play.dice.chance(likely.late);
  const found = fails
    ? ({ type: 'checkFailed', sentence: 'AWS does not answer' } as const)
    : play.findings.learned(false);
  apply(play, { ...found, claims: claimsOf(play.lineage) });
  if (hasClaims(play.lineage)) throw new Error('a check has not shown whose the outcomes are that wait');
}

/** A closed lineage can be reset as well as an open one. */
function resetEnded(play: Play): void {
  if (play.lineage.phase.name === 'ended' && mayReset(play)) reset(play);
}

/** What happens while the work of a phase is under way. */
function meanwhile(play: Play): void {
  const { dice, order, vendor } = play;
  if (dice.chance(likely.completion)) {
    const running = [...vendor.sets.values()].filter((set) => set.running);
    const set = dice.pick(running.filter(({ attempt }) => !givenUpInFlight(play.truth, attempt)));
    if (set !== undefined) vendor.complete(set);
  }
  putRight(play);
  while (dice.chance(order.eagerness) && deliverOne(play));
  if (dice.chance(likely.late)) checkClaims(play);
  if (dice.chance(likely.senseless)) {
    const message = dice.pick(senseless(play.lineage, play.findings, vendor));
    if (message !== undefined) play.referee.withoutEffect(message, () => apply(play, message), play);
  }
}

function remind(play: Play): void {
  if (play.lineage.phase.name !== 'awaitingDecision' || play.lineage.phase.remindersSent > 0) return;
  play.nowMs += remindAfterMs;
  apply(play, { type: 'clock' });
}

/** What is waited for does not come for hours: that is reported once, not too early, and the wait goes on. */
function waitLong(play: Play): void {
  const lasts: LineageMessage = { type: 'waitLasts', sentence: 'not yet' };
  const { phase, phaseSinceMs } = play.lineage;
  if (phase.name === 'awaitingDecision' || phase.name === 'ended') return;
  if (play.referee.isFreshWait(play.lineage)) play.referee.withoutEffect(lasts, () => apply(play, lasts), play);
  play.nowMs += longWaitMs;
  play.referee.reportsWait(play.lineage, () => apply(play, lasts));
  play.referee.withoutEffect(lasts, () => apply(play, lasts), play);
  const same = play.lineage.phase === phase && play.lineage.phaseSinceMs === phaseSinceMs;
  if (!same) throw new Error(`a wait that lasts begins ${phase.name} again`);
}

function giveUp(play: Play): void {
  const { attempt, moment } = play.truth.givingUp ?? {};
  if (moment === 'afterAcceptance' && attempt !== undefined) {
    const set = play.vendor.accept(attempt);
    if (play.dice.chance(likely.completion)) play.vendor.complete(set);
    while (play.dice.chance(play.order.eagerness) && deliverOne(play));
  }
  apply(play, { type: 'abandon', command: { actor: 'ann', reason: 'enough' } });
}

/** What a submit that was given up while it ran still answers. */
function lateAnswer({ truth: { givingUp }, vendor, dice }: Play): LineageMessage | undefined {
  const lost: LineageMessage = { type: 'submitFailed', outcomeKnown: false, sentence: 'cut off' };
  const set = givingUp?.moment === 'afterAcceptance' ? vendor.sets.get(givingUp.attempt) : undefined;
  if (set === undefined) {
    return dice.pick([lost, { type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } }, undefined]);
  }
  if (dice.chance(likely.late)) return dice.pick([lost, undefined]);
  // The answer shows what the listing does not yet.
  vendor.hide(set.attempt);
  return { type: 'submitAnswered', result: { outcome: 'submitted', changeSetId: set.changeSetId } };
}

/** What was under way when a step began speaks of the outcomes that waited then, and of no others. */
function begunWith(claims: readonly string[], finding: LineageMessage | undefined): LineageMessage | undefined {
  if (finding?.type !== 'inspected' && finding?.type !== 'diagnosed' && finding?.type !== 'checkFailed') return finding;
  return { ...finding, claims };
}

const claimsOf = ({ unclaimed }: ChangeSetCase): readonly string[] => unclaimed.map(({ changeSetId }) => changeSetId);

function step(play: Play): void {
  const entered = play.lineage.phase;
  const claims = claimsOf(play.lineage);
  const { dice, findings, lineage } = play;
  const moment: Moment = { lineage, come: play.came.length };
  play.moments.push(moment);
  if (givesUp(play)) {
    giveUp(play);
    const late = entered.name === 'submitting' ? lateAnswer(play) : dice.chance(likely.late) && findings.of(entered);
    if (late) apply(play, late);
    return;
  }
  // A submit is accepted before it is answered: its outcome may be reported in between.
  const finding = entered.name === 'submitting' ? findings.of(entered) : undefined;
  if (mayReset(play)) return reset(play);
  meanwhile(play);
  if (play.lineage.phase !== entered) {
    const late = finding ?? (dice.chance(likely.late) && lineage.phase === entered ? findings.of(entered) : undefined);
    if (late !== undefined) apply(play, late);
    return;
  }
  if (dice.chance(likely.reminder)) remind(play);
  if (play.lineage.phase === entered && dice.chance(likely.lasting)) waitLong(play);
  const found = finding ?? (play.lineage.phase.name === entered.name ? findings.of(play.lineage.phase) : undefined);
  const message = begunWith(claims, found);
  if (message === undefined) return;
  if (!commands.has(message.type) && message.type !== 'clock') moment.found = message;
  if (message.type === 'clock') play.nowMs += policy.expireAfterMs;
  apply(play, message);
  if (dice.chance(likely.doubled) && play.lineage.phase.name !== entered.name) apply(play, message);
  if (play.lineage.phase === entered && !deliverOne(play)) throw new Error(`stands still in ${entered.name}`);
}

/**
 * Plays one truth through the machine in one order, as the workflow would: at most one work at a time, its finding late
 * where the phase was left meanwhile.
 * @throws where the machine does what the model does not allow; the message ends with all that happened.
 */
export function playOut(truth: Truth, order: Order): void {
  const dice = createDice(order.seed);
  const channel = createChannel(truth, order, dice);
  const vendor = createVendor(truth, (event, { attempt }) => channel.post(event, attempt));
  const beganMs = Date.parse(endedAt) + 60_000;
  const play: Play = {
    truth,
    order,
    dice,
    channel,
    vendor,
    findings: createFindings(
      truth,
      vendor,
      () => play.lineage.members.at(-1)?.attempt ?? 0,
      () => isGivenUp(play.lineage),
    ),
    referee: createReferee(truth),
    lineage: newCase(
      {
        account: '123456789012',
        catalog: 'AWSMarketplace',
        changeSetId: originId,
        ...(truth.foundBy === undefined ? {} : { foundBy: { backfillId: 'backfill', act: truth.foundBy } }),
        ...(truth.reportSuccess ? { reportSuccess: true as const } : {}),
      },
      beganMs,
    ),
    undescribed: [],
    moments: [],
    came: [],
    resetsLeft: isResettable(truth, order) ? order.resets : 0,
    nowMs: beganMs,
  };
  try {
    for (let steps = 0; play.lineage.phase.name !== 'ended'; steps += 1) {
      if (steps > mostSteps) throw new Error('runs in a circle');
      step(play);
      resetEnded(play);
    }
    afterwards(play);
    play.referee.judge(play.lineage, vendor);
  } catch (error) {
    const happened = play.referee.story().join('\n');
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${happened}`, { cause: error });
  }
}

/** What comes after the end changes nothing, and is lost no more than what came before. */
function afterwards(play: Play): void {
  for (const set of play.vendor.sets.values()) play.vendor.complete(set);
  const described = (changeSetId: string): LineageMessage => ({
    type: 'successDescribed',
    success: { changeSetId, changes: [] },
  });
  for (const changeSetId of play.undescribed) apply(play, described(changeSetId));
  const again = described('described-again');
  play.referee.withoutEffect(again, () => apply(play, again), play);
  for (const message of senseless(play.lineage, play.findings, play.vendor)) {
    play.referee.withoutEffect(message, () => apply(play, message), play);
  }
  for (let rest = play.channel.takeAny(); rest !== undefined; rest = play.channel.takeAny()) {
    arrive(play, rest.event, rest.kind);
  }
}
