import { plain } from '../../shared/markdown.ts';
import { distanceText } from '../../shared/reminders.ts';
import type { Decision } from '../policy.ts';
import type { ChangeSetCase, DecisionReason, Phase } from '../state.ts';
import type { TransitionContext } from './steps.ts';

type AwaitingDecision = Extract<Phase, { name: 'awaitingDecision' }>;

/** When the table would send it by itself, in milliseconds from now; undefined where it would not. */
function sendsInMs(decision: Decision): number | undefined {
  if (decision.act === 'retry') return decision.delayMs;
  return decision.act === 'operator' ? decision.repeatInMs : undefined;
}

/** What a backfill that proposes makes of a decision: where the table would send something, an operator is asked. */
export function proposed(decision: Decision, { foundBy }: ChangeSetCase): Decision {
  const inMs = sendsInMs(decision);
  if (/* guard */ foundBy?.act !== 'propose' || inMs === undefined) return decision;
  const { row, sentence } = decision;
  const when = `would send it again by itself ${distanceText(inMs, 0)} (row ${row})`;
  return {
    row,
    act: 'operator',
    sentence: `${sentence} A backfill found it and proposes only: the decision table ${when}.`,
  };
}

/**
 * Whether a question goes out without a notice: the digest of the backfill tells of it. Not once somebody has answered,
 * or an attempt was sent or may have been: from then on the lineage is like any other.
 */
export function isQuiet({ foundBy, members, audit }: ChangeSetCase, { kind }: DecisionReason): boolean {
  return /* guard */ foundBy !== undefined && members.length === 1 && audit.length === 0 && kind !== 'submitUnknown';
}

/** Remembers that operators were told of a lineage that a backfill opened, so that they are told of its end. */
export function notified(lineage: ChangeSetCase): ChangeSetCase {
  return /* guard: true */ lineage.foundBy === undefined ? lineage : { ...lineage, notified: true };
}

/** A question that somebody has taken up: reminders go out from now on, those of the time before do not. */
export function takenUp(phase: AwaitingDecision, { policy, nowMs }: TransitionContext): AwaitingDecision {
  const { quiet, ...loud } = phase;
  if (quiet === undefined) return phase;
  const passed = policy.remindAfterMs.filter((afterMs) => phase.askedAtMs + afterMs <= nowMs);
  return { ...loud, remindersSent: passed.length };
}

/** Who opened the lineage, for its details. */
export function openedByLines({ foundBy }: ChangeSetCase): readonly string[] {
  if (foundBy === undefined) return [];
  const decides = foundBy.act === 'propose' ? 'every decision is an operator’s' : 'the decision table acts';
  return [`- **opened by a backfill:** ${plain(foundBy.backfillId)}; ${decides}`, ''];
}
