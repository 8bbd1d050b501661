import { distanceText } from '../../shared/reminders.ts';
import type { Decision } from '../policy.ts';
import type { ChangeSetCase, DecisionReason, PhaseOf, TransitionContext } from '../state.ts';

/** When the table would submit it automatically, in milliseconds from now; undefined where it would not. */
function submitsInMs(decision: Decision): number | undefined {
  if (decision.act === 'retry') return decision.delayMs;
  return decision.act === 'operator' ? decision.repeatInMs : undefined;
}

/** What a backfill that only proposes makes of a decision: where the table would submit something, an operator is asked. */
export function proposed(decision: Decision, { foundBy }: ChangeSetCase): Decision {
  const inMs = submitsInMs(decision);
  if (/* guard */ foundBy?.act !== 'propose' || inMs === undefined) return decision;
  const { row, sentence } = decision;
  return {
    row,
    act: 'operator',
    sentence:
      `${sentence} A backfill found it, so nothing is submitted without your answer. ` +
      `For a live event, rule ${row} would have submitted it again ${distanceText(inMs, 0)}.`,
  };
}

/**
 * Whether a question goes out without a notice, because the digest of the backfill reports it. Once an operator has
 * answered, or an attempt was submitted or may have been, the lineage is like any other.
 */
export function isQuiet({ foundBy, members, audit }: ChangeSetCase, { kind }: DecisionReason): boolean {
  return /* guard */ foundBy !== undefined && members.length === 1 && audit.length === 0 && kind !== 'submitUnknown';
}

/** Remembers that a notice went out about a lineage that a backfill opened, so that another one reports its end. */
export function notified(lineage: ChangeSetCase): ChangeSetCase {
  return /* guard: true */ lineage.foundBy === undefined ? lineage : { ...lineage, notified: true };
}

/** A question that an operator has taken up: reminders go out from now on, those that are past do not. */
export function takenUp(
  phase: PhaseOf<'awaitingDecision'>,
  { policy, nowMs }: TransitionContext,
): PhaseOf<'awaitingDecision'> {
  const { quiet, ...loud } = phase;
  if (quiet === undefined) return phase;
  const passed = policy.remindAfterMs.filter((afterMs) => phase.askedAtMs + afterMs <= nowMs);
  return { ...loud, remindersSent: passed.length };
}
