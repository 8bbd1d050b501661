import { condition } from '@temporalio/workflow';

/**
 * Ends when all signals and results of the present workflow task were taken; an update's handler waits for it. After a reset
 * the server applies signals and updates again. A worker gets them in the order in which they first came, but when it
 * replays that task all signals first (measured on SDK 1.24, server 1.32); and it gets an update before the result of an
 * activity, which stood in the history first. With this each run decides the same.
 */
export async function othersAreTaken(): Promise<void> {
  let othersRan = false;
  // No microtask runs before the last job of the activation; no condition is asked after one before all have run.
  void Promise.resolve().then(() => (othersRan = true));
  await condition(() => othersRan);
}
