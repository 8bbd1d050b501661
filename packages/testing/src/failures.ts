import { ApplicationFailure } from '@temporalio/common';

/** The failure that a promise rejects with; throws where it resolves or rejects with anything else. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApplicationFailure)) throw new Error('Expected an ApplicationFailure', { cause: error });
  return error;
}
