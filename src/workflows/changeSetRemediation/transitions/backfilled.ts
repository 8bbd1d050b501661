import { defined } from '../../../defined.ts';
import { distanceText } from '../../shared/reminders.ts';
import { submitsInMs, type Decision } from '../policy.ts';
import type { ChangeSetCase, DecisionReason, PhaseOf, TransitionContext } from '../state.ts';

/** What the table would have done for a live event; undefined where it submits nothing and waits for nothing. */
function instead(decision: Decision): string | undefined {
  if (decision.act === 'awaitBlocker') return 'would have waited for that one, and decided then';
  const inMs = submitsInMs(decision);
  return inMs === undefined ? undefined : `would have submitted it again ${distanceText(inMs, 0)}`;
}

/**
 * What a backfill that only proposes makes of a decision: where the table would submit something, now or once the entities
 * are free, an operator is asked.
 * @param submitDue true where an operator has answered: their submit waits like any other.
 */
export function proposed(decision: Decision, { foundBy }: ChangeSetCase, submitDue: boolean): Decision {
  const done = instead(decision);
  if (/* guard */ foundBy?.act !== 'propose' || done === undefined) return decision;
  if (decision.act === 'awaitBlocker' && /* guard */ submitDue) return decision;
  const { row, sentence } = decision;
  return {
    row,
    act: 'operator',
    sentence:
      `${sentence} A backfill found it, so nothing is submitted without your answer. ` +
      `For a live event, rule ${row} ${done}.`,
  };
}

/**
 * Whether a question, or a wait, goes out without a notice, because the digest of the backfill reports it. Once an operator has
 * answered, or an attempt was submitted or may have been, the lineage is like any other.
 */
export function isQuiet({ foundBy, members, audit }: ChangeSetCase, kind?: DecisionReason['kind']): boolean {
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
  const passed = policy.remindAfterMs.filter((afterMs) => phase.askedAtMs + afterMs <= nowMs).length;
  const { replanned } = phase;
  return { ...loud, remindersSent: passed, ...defined({ replanned: replanned && { ...replanned, passed } }) };
}
