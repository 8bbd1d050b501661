import type {
  AssessmentSummary,
  Change,
  ChangeSetSummaryListItem,
  ChangeSummary,
  ControlAssessment,
  DescribeChangeSetResponse,
  Intent,
  StartChangeSetRequest,
} from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import type {
  CatalogAssessment,
  CatalogChange,
  CatalogChangeSet,
  CatalogControlFinding,
  CatalogListing,
  CatalogSubmission,
} from './port.ts';

/** DescribeChangeSet's answer. An absent change type is an empty text: nothing is made up. */
export function changeSetOf(changeSetId: string, answer: DescribeChangeSetResponse): CatalogChangeSet {
  return defined({
    changeSetId,
    changeSetArn: answer.ChangeSetArn,
    name: answer.ChangeSetName,
    intent: answer.Intent,
    status: answer.Status,
    startTime: answer.StartTime,
    endTime: answer.EndTime,
    failureCode: answer.FailureCode,
    failureDescription: answer.FailureDescription,
    changes: (answer.ChangeSet ?? []).map(changeOf),
  });
}

/** The document is taken only where there is no text: parsed, it has lost digits (12345678901234567890, 1.10). */
function changeOf(change: ChangeSummary): CatalogChange {
  return defined({
    changeType: change.ChangeType ?? '',
    entityType: change.Entity?.Type ?? '',
    entityId: change.Entity?.Identifier,
    changeName: change.ChangeName,
    details: change.Details,
    detailsDocument: change.Details === undefined ? change.DetailsDocument : undefined,
    errors: errorsOf(change.ErrorDetailList?.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage])),
  });
}

/** One row of ListChangeSets. */
export function listingOf(changeSetId: string, row: ChangeSetSummaryListItem): CatalogListing {
  return defined({
    changeSetId,
    name: row.ChangeSetName,
    status: row.Status,
    startTime: row.StartTime,
    endTime: row.EndTime,
    entityIds: row.EntityIdList ?? [],
    failureCode: row.FailureCode,
  });
}

/**
 * StartChangeSet's input. Each change has the untouched text or the document, never both: the API takes one, and the
 * SDK sends both unchecked. Identifiers keep their revision and their references to other changes.
 */
export function startInput(catalog: string, submission: CatalogSubmission): StartChangeSetRequest {
  const { name, clientRequestToken, intent, tags, changes } = submission;
  return {
    Catalog: catalog,
    ChangeSet: changes.map(changeInput),
    ChangeSetName: name,
    ClientRequestToken: clientRequestToken,
    ...(tags.length === 0 ? {} : { ChangeSetTags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    // An intent that the SDK does not know goes out as it is: left out, a VALIDATE would become a publication.
    ...defined({ Intent: intent as Intent | undefined }),
  };
}

function changeInput(change: CatalogChange): Change {
  const { changeType, entityType, entityId, changeName, details, detailsDocument } = change;
  return {
    ChangeType: changeType,
    Entity: { Type: entityType, ...defined({ Identifier: entityId }) },
    ...defined({ ChangeName: changeName, Details: details }),
    ...(details !== undefined || detailsDocument === undefined
      ? {}
      : { DetailsDocument: detailsDocument as NonNullable<Change['DetailsDocument']> }),
  };
}

/** One row of ListAssessments. */
export function assessmentOf(assessmentId: string, summary: AssessmentSummary): CatalogAssessment {
  const framework = summary.FrameworkSummary;
  const option = framework?.AMISecuritySummary ?? framework?.ContainerSecuritySummary;
  return defined({
    assessmentId,
    frameworkId: summary.FrameworkId,
    entityId: summary.AssessmentTargetSummary?.EntityId,
    deliveryOptionId: option?.DeliveryOptionId,
    result: summary.AssessmentResult,
    createdAt: summary.CreatedAt,
    expiresAt: summary.ExpiresAt,
  });
}

/** One control of an assessment. */
export function controlOf(control: ControlAssessment): CatalogControlFinding {
  return {
    controlId: control.ControlId ?? '',
    result: control.ControlAssessmentResult ?? '',
    errors: errorsOf(control.Errors?.map(({ Code, Message }) => [Code, Message])),
  };
}

function errorsOf(
  pairs: ReadonlyArray<readonly [string | undefined, string | undefined]> = [],
): CatalogChange['errors'] {
  return pairs.map(([code, message]) => defined({ code: code ?? '', message }));
}
