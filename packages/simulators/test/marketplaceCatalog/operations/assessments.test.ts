import { DescribeAssessmentCommand, ListAssessmentsCommand } from '@aws-sdk/client-marketplace-catalog';
import type { ListAssessmentsCommandInput } from '@aws-sdk/client-marketplace-catalog';
import { ACCOUNT, clientFor, rejection, simulatorForFile } from '../support.ts';
import { defined } from '../../../src/defined.ts';

const simulator = simulatorForFile();
const CATALOG = { Catalog: 'AWSMarketplace' };

function put(id: string, day: number, more: object = {}): void {
  simulator().control.putAssessment({
    AssessmentId: `assessment-${id}`,
    AssessmentTargetSummary: { EntityId: 'prod-1', ChangeSetId: `set-${id}` },
    FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: `do-${id}` } },
    AssessmentResult: 'FAIL',
    CreatedAt: `2026-05-0${day}T00:00:00Z`,
    ...more,
  });
}

async function idsOf(more: Partial<ListAssessmentsCommandInput> = {}): Promise<(string | undefined)[]> {
  const { AssessmentSummaryList = [] } = await clientFor(simulator()).send(
    new ListAssessmentsCommand({ ...CATALOG, ...more }),
  );
  return AssessmentSummaryList.map(({ AssessmentId }) => AssessmentId);
}

test('own assessments, newest first, passed ones too, by every filter', async () => {
  put('a', 1);
  put('b', 3, { AssessmentResult: 'PASS' });
  put('c', 2, {
    FrameworkId: 'ContainerSecurity@1.0',
    AssessmentTargetSummary: { EntityId: 'prod-2' },
    FrameworkSummary: { ContainerSecuritySummary: { DeliveryOptionId: 'do-c' } },
  });
  put('d', 4, { account: '111122223333' });
  expect(await idsOf()).toEqual(['assessment-b', 'assessment-c', 'assessment-a']);
  expect(await idsOf({ FrameworkId: 'AMISecurity' })).toEqual(['assessment-b', 'assessment-a']);
  expect(await idsOf({ AssessmentTargetFilter: { EntityId: 'prod-2' } })).toEqual(['assessment-c']);
  expect(await idsOf({ AssessmentTargetFilter: { EntityId: 'prod-1', ChangeSetId: 'set-a' } })).toEqual([
    'assessment-a',
  ]);
  expect(await idsOf({ FrameworkFilters: { AMISecurityFilters: { DeliveryOptionId: 'do-b' } } })).toEqual([
    'assessment-b',
  ]);
  expect(await idsOf({ FrameworkFilters: { ContainerSecurityFilters: {} } })).toEqual(['assessment-c']);
});

test('an assessment is described by id and by ARN, its controls in pages of fifty', async () => {
  const controls = Array.from({ length: 120 }, (_, index) => ({
    ControlId: `control-${index}`,
    ControlAssessmentResult: 'FAIL',
    Errors: [{ Code: 'SCAN_ERROR', Message: 'Found', Scope: [{ Name: 'CVE', Value: String(index) }] }],
  }));
  put('a', 1, { ControlAssessments: controls, ExpiresAt: '2026-08-01T00:00:00Z' });
  const AssessmentArn = `arn:aws:aws-marketplace:us-east-1:${ACCOUNT}:AWSMarketplace/Assessment/assessment-a`;
  const client = clientFor(simulator());
  const found: unknown[] = [];
  let NextToken: string | undefined;
  let pages = 0;
  do {
    const page = await client.send(
      new DescribeAssessmentCommand({
        ...CATALOG,
        AssessmentIdentifier: 'assessment-a',
        ...defined({ NextToken }),
      }),
    );
    expect(page).toMatchObject({
      AssessmentId: 'assessment-a',
      AssessmentArn,
      FrameworkId: 'AMISecurity@1.0',
      AssessmentTargetSummary: { EntityId: 'prod-1', ChangeSetId: 'set-a' },
      FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: 'do-a' } },
      AssessmentResult: 'FAIL',
      CreatedAt: '2026-05-01T00:00:00Z',
      ExpiresAt: '2026-08-01T00:00:00Z',
    });
    found.push(...(page.ControlAssessments ?? []));
    NextToken = page.NextToken;
    pages += 1;
  } while (NextToken !== undefined);
  expect(pages).toBe(3);
  expect(found).toEqual(controls);
  for (const AssessmentIdentifier of [AssessmentArn, AssessmentArn.replace(ACCOUNT, '')]) {
    expect(await client.send(new DescribeAssessmentCommand({ ...CATALOG, AssessmentIdentifier }))).toMatchObject({
      AssessmentId: 'assessment-a',
    });
  }
  const asOther = clientFor(simulator(), '111122223333').send(
    new DescribeAssessmentCommand({ ...CATALOG, AssessmentIdentifier: 'assessment-a' }),
  );
  expect(await rejection(asOther)).toMatchObject({ name: 'ResourceNotFoundException' });
});
