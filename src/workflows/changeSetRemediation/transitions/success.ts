import { stay } from '../../shared/transition.ts';
import type { SuccessDescription } from '../contract.ts';
import type { ChangeSetCase, Transition } from '../state.ts';
import { successNotice } from '../successNotice.ts';

/** Whether AWS applied the change set, and a notice of that is wanted and has not gone out yet. */
export function reportsSuccess({ phase, reportSuccess }: ChangeSetCase): boolean {
  if (/* guard: false */ reportSuccess === undefined || phase.name !== 'ended') return false;
  return /* guard */ phase.end === 'succeeded' || phase.end === 'remediated';
}

/** What succeeded is described: one notice reports it. */
export function onSuccessDescribed(lineage: ChangeSetCase, success: SuccessDescription): Transition {
  if (/* guard */ !reportsSuccess(lineage)) return stay(lineage);
  const { reportSuccess: _reportSuccess, ...reported } = lineage;
  return { state: /* guard: lineage */ reported, notices: [successNotice(lineage, success)] };
}
