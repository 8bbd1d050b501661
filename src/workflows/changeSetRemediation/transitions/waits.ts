import { stay } from '../../shared/transition.ts';
import { withReportedWait } from '../identities.ts';
import type { ChangeSetCase, Transition, TransitionContext } from '../state.ts';
import { waitNotice } from '../waitNotice.ts';
import { reportAtMs, waitOf } from '../waits.ts';

/** What is waited for has not come when it usually has: one notice reports the wait, which goes on. */
export function onWaitLasts(
  lineage: ChangeSetCase,
  sentence: string | undefined,
  { nowMs }: TransitionContext,
): Transition {
  const wait = waitOf(lineage);
  const atMs = reportAtMs(lineage);
  if (wait === undefined || atMs === undefined || /* guard */ nowMs < atMs) return stay(lineage);
  return { state: withReportedWait(lineage, wait), notices: [waitNotice(lineage, wait, nowMs, sentence)] };
}
