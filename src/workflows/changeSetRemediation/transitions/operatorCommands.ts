import { recordCommand } from '../../shared/operatorCommands.ts';
import { notified, takenUp } from './backfilled.ts';
import type { ConcurrentChanges } from '../findings.ts';
import { readMarker } from '../lineage.ts';
import { elsewhereNotice, reminderNotice } from '../notices.ts';
import { followOutcome } from './outcomes.ts';
import { refusal } from './refusals.ts';
import {
  leftInFlight,
  newestMember,
  nextAttempt,
  type ChangeSetCase,
  type LineageCommand,
  type DecisionReason,
  type Phase,
} from '../state.ts';
import {
  finish,
  moveTo,
  noted,
  stay,
  told,
  type LineageMessage,
  type Transition,
  type TransitionContext,
} from './steps.ts';

type AwaitingDecision = Extract<Phase, { name: 'awaitingDecision' }>;
type CommandMessage = Extract<LineageMessage, { type: LineageCommand }>;

/** A submit that was kept back, or of which nobody knows what became, is still the one that a retry sends. */
const keptBack: ReadonlySet<DecisionReason['kind']> = new Set([
  'modeObserve',
  'modeApprove',
  'dailyCap',
  'blockerRemains',
  'submitUnknown',
]);

function onRetry(lineage: ChangeSetCase): Transition {
  if (lineage.phase.name !== 'awaitingDecision') return stay(lineage);
  const { kind, retryLeadsTo, submitPending } = lineage.phase.reason;
  switch (retryLeadsTo) {
    case 'submit':
      return moveTo(
        { ...lineage, amendments: submitPending || keptBack.has(kind) ? lineage.amendments : [] },
        { name: 'submitting', attempt: nextAttempt(lineage), authority: 'operator' },
      );
    case 'wait':
      return followOutcome(lineage, newestMember(lineage));
    case 'inspect':
      return moveTo(lineage, { name: /* guard */ lineage.pendingEnd ? 'abandoning' : 'inspecting' });
  }
}

function onApprove(lineage: ChangeSetCase): Transition {
  if (lineage.phase.name !== 'awaitingDecision') return stay(lineage);
  const { proposal } = lineage.phase;
  return moveTo(
    { ...lineage, amendments: proposal?.amendments ?? lineage.amendments },
    { name: 'submitting', attempt: nextAttempt(lineage), authority: 'operator' },
  );
}

function onAbandon(before: ChangeSetCase): Transition {
  const { phase } = before;
  const lineage: ChangeSetCase = { ...before, pendingEnd: /* guard: undefined */ 'abandoned' };
  const newest = newestMember(lineage);
  switch (phase.name) {
    case 'inspecting':
    case 'submitting':
      // Whether a successor is in flight is not known yet.
      return moveTo(lineage, { name: 'abandoning' });
    case 'awaitingDecision': {
      const inFlight = leftInFlight(before);
      return /* guard */ inFlight === undefined ? finish(lineage, 'abandoned') : moveTo(lineage, inFlight);
    }
    case 'awaitingOutcome':
      if (/* guard */ newest.attempt === 0) return finish(lineage, 'abandoned');
      return moveTo(lineage, { name: 'abandoning', changeSetId: newest.changeSetId });
    case 'diagnosing':
    case 'backingOff':
    case 'awaitingBlocker':
      return finish(lineage, 'abandoned');
    case 'abandoning':
    case 'ended':
      return stay(before);
  }
}

/** Takes a command that an operator sent; one that makes no sense now changes nothing. */
export function onCommand(before: ChangeSetCase, message: CommandMessage, context: TransitionContext): Transition {
  if (/* guard */ refusal(before, message.type) !== undefined) return stay(before);
  const at = new Date(context.nowMs).toISOString();
  const { phase } = before;
  const lineage: ChangeSetCase = { ...before, audit: recordCommand(before.audit, message.type, message.command, at) };
  switch (message.type) {
    case 'retry':
      return onRetry(lineage);
    case 'approve':
      return onApprove(lineage);
    case 'abandon':
      return onAbandon(lineage);
    case 'amend':
      return phase.name === 'awaitingDecision'
        ? moveTo(lineage, {
            ...takenUp(phase, context),
            proposal: { amendments: message.amendments, by: message.command.actor },
          })
        : stay(lineage);
    case 'resolve': {
      const { actor, changeSetId } = message.command;
      const where = changeSetId === undefined ? 'elsewhere' : `by ${changeSetId}`;
      return finish(noted(lineage, `Settled ${where}, on the word of ${actor}.`), 'resolvedElsewhere');
    }
  }
}

/** When something is due while an operator is awaited, in milliseconds since the epoch. */
export function nextDueMs(phase: AwaitingDecision, { policy }: Pick<TransitionContext, 'policy'>): number {
  const silent = phase.reason.kind === 'modeObserve' || /* guard: false */ phase.quiet;
  const remindAfterMs = silent ? undefined : policy.remindAfterMs[phase.remindersSent];
  return Math.min(
    phase.askedAtMs + policy.expireAfterMs,
    phase.repeatAtMs ?? Number.POSITIVE_INFINITY,
    remindAfterMs === undefined ? Number.POSITIVE_INFINITY : phase.askedAtMs + remindAfterMs,
  );
}

/** Time has passed while an operator is awaited: reminds, sends row 10's one repeat, or gives up the wait. */
export function onClock(lineage: ChangeSetCase, context: TransitionContext): Transition {
  const { phase } = lineage;
  if (phase.name !== 'awaitingDecision' || /* guard */ context.nowMs < nextDueMs(phase, context)) return stay(lineage);
  if (phase.repeatAtMs !== undefined && context.nowMs >= phase.repeatAtMs) {
    return moveTo(
      { ...lineage, spreadingRepeated: true },
      { name: 'submitting', attempt: nextAttempt(lineage), authority: 'policy' },
    );
  }
  if (context.nowMs >= phase.askedAtMs + context.policy.expireAfterMs) {
    const inFlight = leftInFlight(lineage);
    return /* guard */ inFlight === undefined
      ? finish(lineage, 'expired')
      : moveTo({ ...lineage, pendingEnd: /* guard: undefined */ 'expired' }, inFlight);
  }
  const remindersSent = phase.remindersSent + 1;
  return {
    lineage: notified({ ...lineage, phase: { ...phase, remindersSent } }),
    effects: [{ type: 'notify', notice: reminderNotice(lineage, phase.reason, remindersSent) }],
  };
}

/** Whether what checks like other operators's work is a successor that this lineage does not know of yet. */
function holdsOwn({ originId, known }: ChangeSetCase, { newerSuccesses, newerFailures }: ConcurrentChanges): boolean {
  return [...newerSuccesses, ...newerFailures].some(
    ({ changeSetId, name }) => !known.includes(changeSetId) && readMarker(name)?.originId === originId,
  );
}

/**
 * Somebody worked on the entities while an operator was awaited: settled by that, or worth a word. What carries the marker
 * of this lineage is checked as its own first, once: what turns out not to be its own is known from then on.
 */
export function onWorkElsewhere(before: ChangeSetCase, concurrentChanges: ConcurrentChanges): Transition {
  const { phase } = before;
  if (/* guard */ phase.name !== 'awaitingDecision') return stay(before);
  const lineage = told(before, concurrentChanges);
  if (/* guard: false */ holdsOwn(before, concurrentChanges))
    return moveTo(lineage, { name: before.pendingEnd ? 'abandoning' : 'inspecting' });
  const settling = concurrentChanges.newerSuccesses.find(
    ({ covers, changeSetId }) => covers && !before.known.includes(changeSetId),
  );
  if (settling !== undefined && leftInFlight(before) === undefined) {
    const note = `${settling.changeSetId} carries the same changes and has succeeded since.`;
    return finish(noted(lineage, note), 'resolvedElsewhere');
  }
  const news = lineage.known.filter((id) => !before.known.includes(id));
  if (news.length === 0) return stay(lineage);
  const by = phase.reason.kind === 'submitUnknown' ? 'somebody else, or by the attempt itself' : 'somebody else';
  const note = `Worked on since by ${by}: ${news.join(', ')}.`;
  const watchedOn = moveTo(noted(lineage, note), { ...phase });
  if (phase.quiet) return watchedOn;
  return { ...watchedOn, effects: [{ type: 'notify', notice: elsewhereNotice(lineage, news) }] };
}

/** What a proposal changes is known now. */
export function onDifference(lineage: ChangeSetCase, difference: readonly string[]): Transition {
  const { phase } = lineage;
  return phase.name === 'awaitingDecision' && /* guard: true */ phase.proposal !== undefined
    ? moveTo(lineage, { ...phase, proposal: { ...phase.proposal, difference } })
    : stay(lineage);
}
