import { createSecurityActivities, type SecurityActivities } from '../../src/activities/security.ts';
import { type CatalogSimulator, startCatalogSimulator } from '../../src/simulators/marketplaceCatalog/index.ts';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';

const account = '111122223333';
const scope = { account, catalog: 'AWSMarketplace' };
let simulator: CatalogSimulator;
let activities: SecurityActivities;

beforeEach(async () => {
  simulator = await startCatalogSimulator({ seed: 8, account, quotas: 'off' });
  const credentialsFor = () => () => Promise.resolve({ accessKeyId: `SIM${account}`, secretAccessKey: 's' });
  activities = createSecurityActivities({
    catalog: createMarketplaceCatalog({ endpoint: simulator.url, credentialsFor }),
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

function deny(operation: 'ListAssessments' | 'DescribeAssessment', status = 403, type = 'AccessDeniedException'): void {
  simulator.control.addFault({ fault: 'error', operation, type, status });
}

test('what is affected, with each control and its codes once', async () => {
  putFailed(1, [{ ControlId: 'ports', codes: ['OPEN', 'OPEN', 'WIDE'] }]);
  expect(await activities.affectedProducts(scope)).toEqual({
    readable: true,
    total: 1,
    findings: [
      { entityId: 'prod-1', deliveryOptionId: 'do-1', controls: [{ controlId: 'ports', codes: ['OPEN', 'WIDE'] }] },
    ],
  });
});

test('nothing affected', async () => {
  expect(await activities.affectedProducts(scope)).toEqual({ readable: true, total: 0, findings: [] });
});

test('many findings are counted in full and shown in part', async () => {
  for (let index = 0; index < 60; index += 1) putFailed(index);
  const many = Array.from({ length: 30 }, (_, index) => ({ ControlId: `control-${index}`, codes: ['A'] }));
  putFailed(60, many);
  const answer = await activities.affectedProducts(scope);
  if (!answer.readable) throw new Error('expected a readable answer');
  expect([answer.total, answer.findings.length]).toEqual([61, 50]);
  expect(Math.max(...answer.findings.map(({ controls }) => controls.length))).toBeLessThanOrEqual(20);
});

test.each(['ListAssessments', 'DescribeAssessment'] as const)(
  'without the permission for %s it says so',
  async (operation) => {
    putFailed(1);
    deny(operation);
    expect(await activities.affectedProducts(scope)).toEqual({
      readable: false,
      missingPermission: `aws-marketplace:${operation}`,
    });
  },
);

test('an assessment that is gone by now has no controls to show', async () => {
  putFailed(1);
  deny('DescribeAssessment', 404, 'ResourceNotFoundException');
  expect(await activities.affectedProducts(scope)).toMatchObject({ findings: [{ entityId: 'prod-1', controls: [] }] });
});

test.each(['ListAssessments', 'DescribeAssessment'] as const)(
  'any other failure of %s is thrown',
  async (operation) => {
    putFailed(1);
    deny(operation, 403, 'ExpiredTokenException');
    await expect(activities.affectedProducts(scope)).rejects.toMatchObject({ type: 'CredentialsRejected' });
  },
);

test('the ladder is computed', async () => {
  const plan = {
    dueAt: '2026-03-02T12:00:00Z',
    beforeDueMs: [86_400_000],
    overdueMs: [],
    overdueEveryMs: 604_800_000,
    overdueWeeks: 0,
    localHour: 9,
    timeZone: 'UTC',
  };
  expect(await activities.planRungs(plan)).toEqual([{ rung: 'before-1d', at: '2026-03-01T09:00:00.000Z' }]);
});
