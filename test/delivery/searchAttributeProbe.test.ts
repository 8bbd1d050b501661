import { visibilityOf } from '../../src/delivery/searchAttributeProbe.ts';

/** Codes of gRPC. */
const status = { INVALID_ARGUMENT: 3, RESOURCE_EXHAUSTED: 8, UNAVAILABLE: 14 };
/** As a client of gRPC throws it. */
const refusal = (code: number, details: string): Error =>
  Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
const asked = (error: Error): Promise<boolean> =>
  visibilityOf(() => Promise.reject(error), 'steward')('StewardAttempt = 1');

test.each([
  [status.INVALID_ARGUMENT, 'invalid query'],
  [status.UNAVAILABLE, 'CountWorkflowExecutions operation failed.: pq: operator does not exist: boolean = integer'],
  [status.UNAVAILABLE, 'CountWorkflowExecutions operation failed.: pq: invalid input syntax for type bigint: "a"'],
])('%s, %s: a query of another type', async (code, details) => {
  expect(await asked(refusal(code, details))).toBe(false);
});

test.each([
  [status.UNAVAILABLE, 'CountWorkflowExecutions operation failed.: pq: the database system is shutting down'],
  [status.RESOURCE_EXHAUSTED, 'namespace rate limit exceeded'],
])('%s, %s: nothing is known of the query', async (code, details) => {
  await expect(asked(refusal(code, details))).rejects.toThrow(details);
});
