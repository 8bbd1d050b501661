import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/**
 * Does the work of a phase until it is done or the phase is left, whichever comes first; what is still under way then is
 * cancelled and waited for. The work hands its findings to the state itself, so none is lost when both happen at once.
 * @param left true as soon as the state has moved on.
 * @param work timers and activities; it may be cancelled at any await.
 */
export async function whilePhaseLasts(left: () => boolean, work: () => Promise<void>): Promise<void> {
  const scope = new CancellationScope();
  let working: Promise<void> = Promise.resolve();
  await scope.run(async () => {
    working = work();
    // Promise.race would leave a rejection unheard that comes after the phase was left.
    working.catch(() => undefined);
    await Promise.race([working, condition(left)]);
  });
  scope.cancel();
  try {
    await working;
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}
