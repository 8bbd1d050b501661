import { DefaultFailureConverter, type FailureConverter } from '@temporalio/common';

/** Messages and stacks of failures as a payload, which the codec encrypts. Clients and workers load it by its file. */
export const failureConverter: FailureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
