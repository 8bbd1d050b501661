import { stay } from '../../shared/transition.ts';
import type { ChangeSetCase, Transition, TransitionContext } from '../state.ts';
import { waitNotice } from '../waitNotice.ts';
import { reportAtMs, waitOf } from '../waits.ts';

/** Identities of waits that are kept: more than one lineage has. */
const keptWaits = 20;

/** What is waited for has not come when it usually has: one notice reports the wait, which goes on. */
export function onWaitLasts(
  lineage: ChangeSetCase,
  sentence: string | undefined,
  { nowMs }: TransitionContext,
): Transition {
  const wait = waitOf(lineage);
  const atMs = reportAtMs(lineage);
  if (wait === undefined || atMs === undefined || /* guard */ nowMs < atMs) return stay(lineage);
  const reportedWaits = [...(lineage.reportedWaits ?? []), wait.identity].slice(-keptWaits);
  return { state: { ...lineage, reportedWaits }, notices: [waitNotice(lineage, wait, nowMs, sentence)] };
}
