import { DescribeAssessmentCommand, ListAssessmentsCommand } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import type { MarketplaceCatalog } from './port.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { allPages } from './pages.ts';
import { assessmentOf, controlOf } from './translation.ts';

// What a page holds at most (API model).
const ASSESSMENTS_PER_PAGE = 100;
const CONTROLS_PER_PAGE = 100;

/** The calls about assessments. */
export function assessmentCalls({ read }: Calls): Pick<MarketplaceCatalog, 'listAssessments' | 'failedControls'> {
  return {
    listAssessments({ account, catalog }) {
      const operation = 'ListAssessments';
      return allPages(operation, async (NextToken) => {
        const question = { Catalog: catalog, MaxResults: ASSESSMENTS_PER_PAGE, ...defined({ NextToken }) };
        const answer = await read(account, operation, new ListAssessmentsCommand(question));
        const items = present(answer.AssessmentSummaryList, operation, 'AssessmentSummaryList').map((summary) =>
          assessmentOf(present(summary.AssessmentId, operation, 'AssessmentId'), summary),
        );
        return defined({ items, nextToken: answer.NextToken });
      });
    },

    /** An exemption counts as passed; a control that was not executed proves nothing. */
    async failedControls({ account, catalog }, assessmentId) {
      const operation = 'DescribeAssessment';
      const controls = await allPages(operation, async (NextToken) => {
        const question = { Catalog: catalog, AssessmentIdentifier: assessmentId, MaxResults: CONTROLS_PER_PAGE };
        const command = new DescribeAssessmentCommand({ ...question, ...defined({ NextToken }) });
        const answer = await read(account, operation, command);
        present(answer.AssessmentId, operation, 'AssessmentId');
        return defined({ items: (answer.ControlAssessments ?? []).map(controlOf), nextToken: answer.NextToken });
      });
      return controls.filter(({ result }) => result !== 'PASS' && result !== 'EXEMPTION_PASS');
    },
  };
}
