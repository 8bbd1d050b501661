import { DefaultFailureConverter, type FailureConverter } from '@temporalio/common';
import { isRefusal } from './refusal.ts';

/** The name of the global by which a worker says that the failures of its workflows are to be encrypted. */
export const encodesFailures = 'stewardEncodesFailures';

const plain = new DefaultFailureConverter();
const encoding = new DefaultFailureConverter({ encodeCommonAttributes: true });

/**
 * The SDK's own converter of failures, which puts messages and stacks where the codec encrypts them if the worker says so.
 * The bundle of the workflows is the same for everybody, so it cannot be made for one configuration. A refusal stays a
 * sentence: the server stores none, and the Web UI decrypts none.
 */
export const failureConverter: FailureConverter = {
  errorToFailure(error, ...given) {
    const encodes = Reflect.get(globalThis, encodesFailures) === true && !isRefusal(error);
    return (encodes ? encoding : plain).errorToFailure(error, ...given);
  },
  failureToError: (...given) => plain.failureToError(...given),
};
