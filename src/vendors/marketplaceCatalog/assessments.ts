import { DescribeAssessmentCommand, ListAssessmentsCommand } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import type { CatalogAssessment, CatalogControlFinding, CatalogScope } from './port.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { allPages } from './pages.ts';
import { assessmentOf, controlOf } from './translation.ts';

// What a page holds at most (API model).
const ASSESSMENTS_PER_PAGE = 100;
const CONTROLS_PER_PAGE = 100;

/** Every assessment of the account, passed or failed, from all pages. */
export function listAssessments(calls: Calls, { account, catalog }: CatalogScope): Promise<CatalogAssessment[]> {
  const operation = 'ListAssessments';
  return allPages(operation, async (nextToken) => {
    const command = new ListAssessmentsCommand({
      Catalog: catalog,
      MaxResults: ASSESSMENTS_PER_PAGE,
      ...defined({ NextToken: nextToken }),
    });
    const answer = await calls.read(account, operation, (client, bounds) => client.send(command, bounds));
    const items = present(answer.AssessmentSummaryList, operation, 'AssessmentSummaryList').map((summary) =>
      assessmentOf(present(summary.AssessmentId, operation, 'AssessmentId'), summary),
    );
    return defined({ items, nextToken: answer.NextToken });
  });
}

/**
 * The controls of an assessment that did not pass, from all pages. An exemption counts as passed; a control that was not
 * executed proves nothing.
 */
export async function failedControls(
  calls: Calls,
  scope: CatalogScope,
  assessmentId: string,
): Promise<CatalogControlFinding[]> {
  const controls = await listControls(calls, scope, assessmentId);
  return controls.filter(({ result }) => result !== 'PASS' && result !== 'EXEMPTION_PASS');
}

function listControls(
  calls: Calls,
  { account, catalog }: CatalogScope,
  assessmentId: string,
): Promise<CatalogControlFinding[]> {
  const operation = 'DescribeAssessment';
  return allPages(operation, async (nextToken) => {
    const command = new DescribeAssessmentCommand({
      Catalog: catalog,
      AssessmentIdentifier: assessmentId,
      MaxResults: CONTROLS_PER_PAGE,
      ...defined({ NextToken: nextToken }),
    });
    const answer = await calls.read(account, operation, (client, bounds) => client.send(command, bounds));
    present(answer.AssessmentId, operation, 'AssessmentId');
    return defined({ items: (answer.ControlAssessments ?? []).map(controlOf), nextToken: answer.NextToken });
  });
}
