import type { ApplicationFailure, MetricMeter, MetricTags } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createNeededDecisionsReport } from '../../src/activities/neededDecisions.ts';
import { countVendorFailure } from '../../src/activities/vendorFailures.ts';
import { failure, type FailureContext, type FailureType } from '../../src/failures.ts';

/** What was counted or set, by the metric's name. */
function metering() {
  const written: Array<readonly [string, number, MetricTags | undefined]> = [];
  const instrument = (name: string) => ({
    add: (value: number, tags?: MetricTags) => void written.push([name, value, tags]),
    set: (value: number) => void written.push([name, value, undefined]),
  });
  const metricMeter = { createCounter: instrument, createGauge: instrument } as unknown as MetricMeter;
  return { written, environment: new MockActivityEnvironment({}, { metricMeter }) };
}

function counted(type: FailureType, context: FailureContext = {}): Promise<unknown> {
  const { written, environment } = metering();
  const failed = failure(type, 'it failed', { context }) as ApplicationFailure;
  return environment.run(async () => {
    countVendorFailure('111122223333', 'DescribeEntity', failed);
    return written;
  });
}

test.each([
  ['what AWS throttles', 'Throttled', { vendorType: 'ThrottlingException' }, 'Throttled', '111122223333'],
  ['what the own rate limit holds back', 'Throttled', {}, 'Deferred', '111122223333'],
  ['a quota', 'QuotaExceeded', { vendorType: 'ServiceQuotaExceededException' }, 'QuotaExceeded', '111122223333'],
  // An event may name any account: it must not become a label.
  ['what is not configured', 'NotConfigured', {}, 'NotConfigured', 'unknown'],
] as const)('%s is counted by its failure', async (_what, type, context, label, account) => {
  expect(await counted(type, context)).toEqual([
    ['steward_vendor_failures', 1, expect.objectContaining({ account, operation: 'DescribeEntity', failure: label })],
  ]);
});

test.each(['NotFound', 'RequestRejected', 'NotYet', 'ResourceInUse'] as const)(
  '%s is an answer, and no failure of the vendor',
  async (type) => {
    expect(await counted(type, { vendorType: 'any' })).toEqual([]);
  },
);

test('outside of an activity nothing is counted, and nothing fails', () => {
  expect(() =>
    countVendorFailure('1', 'DescribeEntity', failure('Throttled', 'x') as ApplicationFailure),
  ).not.toThrow();
});

test('what needs a decision is set with the time of the count; a count that fails is logged, and sets nothing', async () => {
  const { written, environment } = metering();
  const lines: object[] = [];
  const logger = { error: (line: object) => void lines.push(line) } as never;
  const beforeSeconds = Math.floor(Date.now() / 1_000);
  await environment.run(createNeededDecisionsReport(async () => 7, logger));
  await environment.run(createNeededDecisionsReport(() => Promise.reject(new Error('Temporal is away')), logger));
  expect(written).toEqual([
    ['steward_needs_decision', 7, undefined],
    ['steward_needs_decision_counted_at', expect.any(Number), undefined],
  ]);
  expect(written[1]?.[1]).toBeGreaterThanOrEqual(beforeSeconds);
  expect(lines).toMatchObject([{ err: { message: 'Temporal is away' } }]);
});
