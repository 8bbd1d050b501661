import { DefaultFailureConverter, type FailureConverter } from '@temporalio/common';

/** The name of the global by which a worker says that the failures of its workflows are to be encrypted. */
export const encodesFailures = 'stewardEncodesFailures';

/**
 * The SDK's own converter of failures, which puts messages and stacks where the codec encrypts them if the worker says so.
 * The bundle of the workflows is the same for everybody, so it cannot be made for one configuration.
 */
export const failureConverter: FailureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: Reflect.get(globalThis, encodesFailures) === true,
});
