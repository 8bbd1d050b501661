import { MockActivityEnvironment } from '@temporalio/testing';
import { createReminderActivities, createSecurityActivities } from '../../../src/activities/securityCase/index.ts';
import { securityDefaults } from '../../../src/policies/defaults.ts';
import type { SecurityPolicy } from '../../../src/workflows/securityCase/policyValues.ts';
import type { AssessmentCheck, SecurityActivities } from '../../../src/workflows/securityCase/contract.ts';
import { type CatalogSimulator, startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';

const account = '111122223333';
const scope = { account, catalog: 'AWSMarketplace' };
let simulator: CatalogSimulator;
let activities: SecurityActivities;

beforeEach(async () => {
  simulator = await startCatalogSimulator({ seed: 8, account, quotas: 'off' });
  const credentialsFor = () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 's' });
  activities = createSecurityActivities({
    catalog: createMarketplaceCatalog({ endpoint: simulator.url, credentialsFor }),
    context: { policies: {} },
  });
});
afterEach(() => simulator.close());

function putFailed(index: number, controls: Array<{ ControlId: string; codes: string[] }> = []): void {
  simulator.control.putAssessment({
    AssessmentId: `assessment-${index}`,
    AssessmentTargetSummary: { EntityId: `prod-${index}` },
    FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: `do-${index}` } },
    AssessmentResult: 'FAIL',
    CreatedAt: '2026-01-02T00:00:00Z',
    ControlAssessments: controls.map(({ ControlId, codes }) => ({
      ControlId,
      ControlAssessmentResult: 'FAIL',
      Errors: codes.map((Code) => ({ Code, Message: 'a finding' })),
    })),
  });
}

function deny(
  operation: 'ListAssessments' | 'DescribeAssessment' | 'DescribeEntity',
  status = 403,
  type = 'AccessDeniedException',
): void {
  simulator.control.addFault({ fault: 'error', operation, type, status });
}

function putProduct(index: number): void {
  const version = { VersionTitle: `1.${index}`, DeliveryOptions: [{ Id: `do-${index}` }] };
  const details = { Description: { ProductTitle: `Product ${index}` }, Versions: [version] };
  simulator.control.putEntity({
    entityId: `prod-${index}`,
    entityType: 'AmiProduct@1.0',
    details: JSON.stringify(details),
  });
}

const reportedAt = '2026-01-03T00:00:00Z';
const check = { ...scope, tracked: [], reportedAt };
const called = (): string[] =>
  simulator.control.log({ kind: 'call' }).flatMap((entry) => (entry.kind === 'call' ? [entry.operation] : []));

/** The readable answer of a check. */
async function seen(more: Partial<AssessmentCheck> = {}) {
  const answer = await activities.affectedProducts({ ...check, ...more });
  if (!answer.readable) throw new Error('expected a readable answer');
  return answer;
}

test('what is affected: product and version by name, and each control with its errors, once', async () => {
  putProduct(1);
  putFailed(1, [{ ControlId: 'ports', codes: ['OPEN', 'OPEN', 'WIDE'] }]);
  expect(await seen()).toEqual({
    readable: true,
    total: 1,
    options: [
      {
        entityId: 'prod-1',
        productTitle: 'Product 1',
        deliveryOptionId: 'do-1',
        versionTitle: '1.1',
        problems: ['ports: OPEN (a finding)', 'ports: WIDE (a finding)'],
      },
    ],
    failed: [{ subject: 'AMISecurity/prod-1/do-1', failedAt: '2026-01-02T00:00:00Z' }],
    passed: [],
    missing: [],
    fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('an address in the vendor’s message, which is a secret, does not come through', async () => {
  simulator.control.putAssessment({
    AssessmentId: 'assessment-1',
    AssessmentTargetSummary: {},
    AssessmentResult: 'FAIL',
    CreatedAt: '2026-01-02T00:00:00Z',
    ControlAssessments: [
      {
        ControlId: 'scan',
        ControlAssessmentResult: 'FAIL',
        Errors: [{ Code: 'SCAN_ERROR', Message: 'See https://findings.example.com/r?X-Amz-Signature=abc' }],
      },
    ],
  });
  const { options, failed } = await seen();
  expect(options).toEqual([{ problems: ['scan: SCAN_ERROR (See https[:]//findings.example.com/…)'] }]);
  expect(failed[0]?.subject).toBe('assessment-1');
});

test('nothing affected', async () => {
  expect(await seen()).toMatchObject({ total: 0, options: [], failed: [], passed: [] });
});

test('many are counted and followed in full, and shown in part; a product is asked for once', async () => {
  for (let index = 0; index < 60; index += 1) putFailed(index);
  for (let index = 0; index <= 60; index += 1) putProduct(index);
  const many = Array.from({ length: 30 }, (_, index) => ({ ControlId: `control-${index}`, codes: ['A'] }));
  for (const index of [60, 61]) {
    simulator.control.putAssessment({
      AssessmentId: `assessment-${index}`,
      AssessmentTargetSummary: { EntityId: 'prod-60' },
      FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: `do-${index}` } },
      AssessmentResult: 'FAIL',
      CreatedAt: '2026-01-03T00:00:00Z',
      ControlAssessments: many.map(({ ControlId }) => ({ ControlId, ControlAssessmentResult: 'FAIL', Errors: [] })),
    });
  }
  const answer = await seen();
  expect([answer.total, answer.failed.length, answer.options.length]).toEqual([62, 62, 20]);
  expect(Math.max(...answer.options.map(({ problems }) => problems.length))).toBe(5);
  expect(called().filter((operation) => operation === 'DescribeEntity')).toHaveLength(19);
  expect(JSON.stringify(answer).length).toBeLessThan(30_000);
});

test('which of the options that failed before have passed by now', async () => {
  putFailed(1);
  const { failed: tracked } = await seen();
  simulator.control.putAssessment({
    AssessmentId: 'assessment-fixed',
    AssessmentTargetSummary: { EntityId: 'prod-1' },
    FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: 'do-1' } },
    AssessmentResult: 'PASS',
    CreatedAt: '2026-01-03T00:00:00Z',
  });
  expect(await seen({ tracked })).toMatchObject({ total: 0, passed: ['AMISecurity/prod-1/do-1'] });
});

test('what had failed when the report was made, and passed before the first check', async () => {
  putFailed(1);
  putFailed(2);
  const pass = (index: number, createdAt: string): void =>
    simulator.control.putAssessment({
      AssessmentId: `assessment-fixed-${index}`,
      AssessmentTargetSummary: { EntityId: `prod-${index}` },
      FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: `do-${index}` } },
      AssessmentResult: 'PASS',
      CreatedAt: createdAt,
    });
  // The first was fixed before the report was made, which cannot have counted it.
  pass(1, '2026-01-02T12:00:00Z');
  pass(2, '2026-01-04T00:00:00Z');
  const fixed = [{ subject: 'AMISecurity/prod-2/do-2', failedAt: '2026-01-02T00:00:00Z' }];
  const answer = await seen();
  expect(answer).toMatchObject({ total: 0, failed: [], fixed, passed: ['AMISecurity/prod-2/do-2'] });
  // The watch that follows finds nothing new, although what is fixed is tracked by then.
  const { fingerprint } = answer;
  await expect(activities.watchAssessments({ ...check, tracked: fixed, known: fingerprint })).rejects.toMatchObject({
    type: 'NotYet',
  });
});

test.each([
  ['DescribeAssessment', { productTitle: 'Product 1', problems: [] }],
  ['DescribeEntity', { entityId: 'prod-1', problems: ['ports: OPEN (a finding)'] }],
] as const)('without the permission for %s it names it and gives the rest', async (operation, option) => {
  putProduct(1);
  putFailed(1, [{ ControlId: 'ports', codes: ['OPEN'] }]);
  deny(operation);
  const answer = await seen();
  expect(answer).toMatchObject({ options: [option], missing: [`aws-marketplace:${operation}`] });
  expect(answer.fingerprint).not.toBe((await seen()).fingerprint);
});

test('without the permission to list them it says so', async () => {
  putFailed(1);
  deny('ListAssessments');
  expect(await activities.affectedProducts(check)).toEqual({
    readable: false,
    missing: ['aws-marketplace:ListAssessments'],
    fingerprint: 'denied',
  });
});

test.each(['DescribeAssessment', 'DescribeEntity'] as const)('what is gone by %s is left out', async (operation) => {
  putProduct(1);
  putFailed(1, [{ ControlId: 'ports', codes: ['OPEN'] }]);
  deny(operation, 404, 'ResourceNotFoundException');
  expect(await seen()).toMatchObject({ options: [{ entityId: 'prod-1' }], missing: [] });
});

test.each(['ListAssessments', 'DescribeAssessment', 'DescribeEntity'] as const)(
  'any other failure of %s is thrown',
  async (operation) => {
    putFailed(1);
    deny(operation, 403, 'ExpiredTokenException');
    await expect(activities.affectedProducts(check)).rejects.toMatchObject({ type: 'CredentialsRejected' });
  },
);

describe('the watch', () => {
  const notYet = { type: 'NotYet', nonRetryable: false };

  test('goes on while nothing changes, with one call a check, and ends with what has changed', async () => {
    putFailed(1);
    const { fingerprint: known, failed: tracked } = await seen();
    const before = called().length;
    await expect(activities.watchAssessments({ ...check, tracked, known })).rejects.toMatchObject(notYet);
    expect(called().slice(before)).toEqual(['ListAssessments']);
    putFailed(2);
    expect(await activities.watchAssessments({ ...check, tracked, known })).toMatchObject({ total: 2 });
  });

  test('ends with a permission that was granted', async () => {
    putFailed(1, [{ ControlId: 'ports', codes: ['OPEN'] }]);
    const denied = (): void => deny('DescribeAssessment');
    denied();
    const { fingerprint: known } = await seen();
    denied();
    await expect(activities.watchAssessments({ ...check, known })).rejects.toMatchObject(notYet);
    expect(await activities.watchAssessments({ ...check, known })).toMatchObject({ missing: [] });

    deny('ListAssessments');
    await expect(activities.watchAssessments({ ...check, known: 'denied' })).rejects.toMatchObject(notYet);
    expect(await activities.watchAssessments({ ...check, known: 'denied' })).toMatchObject({ readable: true });
  });

  test.each([
    [403, 'ExpiredTokenException'],
    [422, 'ValidationException'],
    [404, 'ResourceNotFoundException'],
  ])('goes on where the check fails with %d', async (status, type) => {
    putFailed(1);
    deny('ListAssessments', status, type);
    const { fingerprint: known } = await activities.affectedProducts(check).catch(() => ({ fingerprint: 'nothing' }));
    deny('ListAssessments', status, type);
    await expect(activities.watchAssessments({ ...check, known })).rejects.toMatchObject(notYet);
  });
});

describe('what the configuration says by now', () => {
  const request = {
    dueAt: '2026-03-02T12:00:00Z',
    nowMs: Date.parse('2026-02-01T00:00:00Z'),
    policy: securityDefaults,
  };
  const planner = (securityCase: Partial<SecurityPolicy>) => createReminderActivities({ policies: { securityCase } });
  const few = { beforeDueMs: [86_400_000], overdueMs: [], overdueEveryMs: 31_536_000_000 };

  test('plans the reminders, and is answered where it is another than was recorded', async () => {
    const plan = await planner(few).planReminders(request);
    expect(plan.reminders[0]).toEqual({ reminder: 'before-1d', at: '2026-03-01T09:00:00.000Z' });
    expect(plan.policy).toEqual({ ...securityDefaults, ...few });
    expect(await planner({}).planReminders(request)).not.toHaveProperty('policy');
  });

  test('yields to what an operator gave by hand', async () => {
    const given = { localHour: 7 };
    const recorded = { ...request, policy: { ...securityDefaults, ...given }, given };
    expect(await planner({}).planReminders(recorded)).not.toHaveProperty('policy');
    const { policy } = await planner({ localHour: 8, timeZone: 'Asia/Tokyo' }).planReminders(recorded);
    expect(policy).toEqual({ ...securityDefaults, localHour: 7, timeZone: 'Asia/Tokyo' });
  });

  test.each([{ timeZone: 'Mars/Olympus' }, { localHour: 24 }])(
    '%p is no zone and no hour: the default holds',
    async (odd) => {
      const plan = await planner({ ...few, ...odd }).planReminders(request);
      expect(plan.reminders[0]).toEqual({ reminder: 'before-1d', at: '2026-03-01T09:00:00.000Z' });
      expect(plan.doubt).toContain('Reminders go by UTC, 9:00');
    },
  );

  test('a due date that is none is refused without another try', async () => {
    const refused = { type: 'RequestRejected', nonRetryable: true };
    await expect(planner({}).planReminders({ ...request, dueAt: 'soon' })).rejects.toMatchObject(refused);
  });

  test('comes with a check, and ends a watch, but not its first attempt', async () => {
    const changed = { timeZone: 'Asia/Tokyo' };
    const credentialsFor = () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 's' });
    const catalog = createMarketplaceCatalog({ endpoint: simulator.url, credentialsFor });
    const following = createSecurityActivities({ catalog, context: { policies: { securityCase: changed } } });
    const check = { ...scope, tracked: [], reportedAt: '2026-02-01T00:00:00Z' };
    const found = await following.affectedProducts(check, request);
    expect(found).toMatchObject({ readable: true, policy: { timeZone: 'Asia/Tokyo' }, plan: { dueAt: request.dueAt } });
    const watch = (attempt: number, policy: SecurityPolicy) => {
      const environment = new MockActivityEnvironment({ attempt });
      const { fingerprint: known } = found;
      return environment.run(() => following.watchAssessments({ ...check, known }, { policy, dueAt: request.dueAt }));
    };
    await expect(watch(1, securityDefaults)).rejects.toMatchObject({ type: 'NotYet' });
    expect(await watch(2, securityDefaults)).toMatchObject({ policy: changed, plan: { dueAt: request.dueAt } });
    await expect(watch(2, { ...securityDefaults, ...changed })).rejects.toMatchObject({ type: 'NotYet' });
  });
});
