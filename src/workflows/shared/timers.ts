import { sleep } from '@temporalio/workflow';
import { timerMs } from './reminders.ts';

/**
 * Waits until an instant, in milliseconds since the epoch: the one timer of all workflows. The instant has to come from the
 * state, so that a run that continues another waits for what is left, and not for the whole length once more. A clock that
 * goes back ends no wait too early.
 */
export async function sleepUntil(untilMs: number, summary: string): Promise<void> {
  for (let nowMs = Date.now(); nowMs < untilMs; nowMs = Date.now()) await sleep(timerMs(untilMs, nowMs), { summary });
}
