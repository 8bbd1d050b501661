import { z } from 'zod';
import { notFound } from '../errors.ts';
import { pageOf } from '../paging.ts';
import type { StoredAssessment } from '../store.ts';
import { catalogArn, typeName } from '../store.ts';
import { catalogSchema, checkedInput, nextTokenSchema } from '../validation.ts';
import type { Operation } from './operation.ts';
import { defined } from '../../defined.ts';

const targetIdSchema = z.string().min(1).max(255);
const deliveryOptionSchema = z.object({ DeliveryOptionId: targetIdSchema.optional() });

const listAssessmentsSchema = z.object({
  Catalog: catalogSchema,
  FrameworkId: z.string().min(1).max(255).optional(),
  AssessmentTargetFilter: z
    .object({ EntityId: targetIdSchema.optional(), ChangeSetId: targetIdSchema.optional() })
    .refine((filter) => filter.EntityId !== undefined || filter.ChangeSetId !== undefined, {
      error: 'needs EntityId, ChangeSetId or both',
    })
    .optional(),
  FrameworkFilters: z
    .object({
      AMISecurityFilters: deliveryOptionSchema.optional(),
      ContainerSecurityFilters: deliveryOptionSchema.optional(),
    })
    .refine((union) => Object.values(union).filter((member) => member !== undefined).length === 1, {
      error: 'needs exactly one of AMISecurityFilters and ContainerSecurityFilters',
    })
    .optional(),
  MaxResults: z.int().min(1).max(100).default(20),
  NextToken: nextTokenSchema.optional(),
});
type ListAssessmentsInput = z.output<typeof listAssessmentsSchema>;

/** ListAssessments: the caller's own, newest first; passed and failed ones alike. */
export const listAssessments: Operation = ({ store }, call) => {
  const { MaxResults, NextToken, ...question } = checkedInput(listAssessmentsSchema, call.input);
  const page = pageOf({
    items: [...store.assessments.values()].filter(
      (assessment) => assessment.account === call.account && meets(assessment, question),
    ),
    place: ({ summary }) => [summary.CreatedAt, summary.AssessmentId],
    order: 'DESCENDING',
    question: [call.account, 'ListAssessments', question],
    maxResults: MaxResults,
    ...defined({ nextToken: NextToken }),
  });
  return {
    body: { AssessmentSummaryList: page.items.map(summaryOf), NextToken: page.nextToken },
    noted: { entityIds: [] },
  };
};

const describeAssessmentSchema = z.object({
  Catalog: catalogSchema,
  AssessmentIdentifier: z.string().min(1).max(2048),
  MaxResults: z.int().min(1).max(100).default(50),
  NextToken: nextTokenSchema.optional(),
});

/** DescribeAssessment: by id or ARN, whose account may be empty; the controls in pages. */
export const describeAssessment: Operation = ({ store }, call) => {
  const request = checkedInput(describeAssessmentSchema, call.input);
  const id = request.AssessmentIdentifier.replace(/^arn:.*\//, '');
  const assessment = store.assessments.get(id);
  if (assessment?.account !== call.account)
    throw notFound(`Assessment '${request.AssessmentIdentifier}' does not exist`);
  const page = pageOf({
    items: assessment.controls.map((control, index) => ({ control, index })),
    place: ({ index }) => [String(index).padStart(6, '0'), ''],
    order: 'ASCENDING',
    question: [call.account, 'DescribeAssessment', id],
    maxResults: request.MaxResults,
    ...defined({ nextToken: request.NextToken }),
  });
  const entityId = assessment.summary.AssessmentTargetSummary.EntityId;
  return {
    body: {
      ...summaryOf(assessment),
      ControlAssessments: page.items.map(({ control }) => control),
      NextToken: page.nextToken,
    },
    noted: { entityIds: entityId === undefined ? [] : [entityId] },
  };
};

function summaryOf(assessment: StoredAssessment): Record<string, unknown> {
  const arn = catalogArn(assessment.account, 'Assessment', assessment.summary.AssessmentId);
  return { AssessmentArn: arn, ...assessment.summary };
}

function meets(
  { summary }: StoredAssessment,
  question: Omit<ListAssessmentsInput, 'MaxResults' | 'NextToken'>,
): boolean {
  const { FrameworkId, AssessmentTargetFilter: target, FrameworkFilters: framework } = question;
  return (
    (FrameworkId === undefined ||
      FrameworkId === summary.FrameworkId ||
      FrameworkId === typeName(summary.FrameworkId)) &&
    (target?.EntityId === undefined || target.EntityId === summary.AssessmentTargetSummary.EntityId) &&
    (target?.ChangeSetId === undefined || target.ChangeSetId === summary.AssessmentTargetSummary.ChangeSetId) &&
    meetsFramework(summary, framework)
  );
}

function meetsFramework(
  summary: StoredAssessment['summary'],
  framework: ListAssessmentsInput['FrameworkFilters'],
): boolean {
  if (framework === undefined) return true;
  const kind = framework.AMISecurityFilters === undefined ? 'ContainerSecurity' : 'AMISecurity';
  const wanted = (framework.AMISecurityFilters ?? framework.ContainerSecurityFilters)?.DeliveryOptionId;
  const found = summary.FrameworkSummary?.[`${kind}Summary`];
  return found !== undefined && (wanted === undefined || wanted === found.DeliveryOptionId);
}
