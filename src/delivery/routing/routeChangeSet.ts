import { defined } from '../../defined.ts';
import type { ChangeSetFinished } from '../../events/types.ts';
import { readMarker } from '../../workflows/changeSetRemediation/lineage.ts';
import {
  changeSetOutcomeSignal,
  changeSetRemediationType,
  changeSetWorkflowId,
  firstCheckState,
  type ChangeSetOutcomeMessage,
  type ChangeSetRemediationInput,
  type ChangeSetStateName,
  type FoundBy,
} from '../../workflows/changeSetRemediation/contract.ts';
import { outcomeSubject } from '../../workflows/changeSetRemediation/subject.ts';
import { plain } from '../../workflows/shared/markdown.ts';
import { namesShow } from '../../workflows/shared/subjects.ts';
import type { CatalogScope } from '../../vendors/marketplaceCatalog/port.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { configuredPolicy } from '../../policies/configured.ts';
import type { Delivery, RouteContext, WorkflowStart } from '../delivery.ts';
import { fitSummary, subjectNames } from './text.ts';

/** What an event says about a change set, as workflows take it. */
export function outcomeMessage(event: ChangeSetFinished): ChangeSetOutcomeMessage {
  const { eventId, account, catalog, changeSetId, changeSetName, outcome, failureCode, startTime, endTime } = event;
  return defined({ eventId, account, catalog, changeSetId, changeSetName, outcome, failureCode, startTime, endTime });
}

/** How a lineage is opened, beside the message that opens it. */
interface Opening {
  readonly foreignMarker: boolean;
  readonly foundBy?: FoundBy;
}

/** Which change set a lineage is opened about. */
type About = Pick<ChangeSetOutcomeMessage, 'account' | 'catalog' | 'changeSetId' | 'changeSetName' | 'failureCode'> &
  Partial<Pick<ChangeSetOutcomeMessage, 'outcome'>>;

function inputOf(
  message: About,
  originId: string,
  { foreignMarker, foundBy }: Opening,
  context: RouteContext,
): ChangeSetRemediationInput {
  const { topics } = context.accounts[message.account] ?? {};
  // A backfill's digest counts what it found; it sends no notice for each success of the past.
  const reportSuccess = foundBy === undefined && topics?.includes('changeSet.succeeded') === true;
  return {
    version: 1,
    account: message.account,
    catalog: message.catalog,
    changeSetId: originId,
    policy: configuredPolicy('changeSetRemediation', context, message.account),
    ...subjectNames(context),
    ...defined({
      foreignMarker: foreignMarker || undefined,
      foundBy,
      reportSuccess: reportSuccess || undefined,
    }),
  };
}

/** As the workflow would name its state on this message; a lineage met through a successor has its origin to learn. */
function startState({ outcome }: ChangeSetOutcomeMessage, isOrigin: boolean): ChangeSetStateName {
  if (!isOrigin) return firstCheckState;
  switch (outcome) {
    case 'SUCCEEDED':
      return 'succeeded';
    case 'CANCELLED':
      return 'cancelled';
    case 'FAILED':
      return firstCheckState;
  }
}

function summaryOf(message: About, originId: string): string {
  const name = message.changeSetName === undefined ? '' : ` ${plain(message.changeSetName, 100)}`;
  if (originId !== message.changeSetId) return `Change set ${originId} and its successors`;
  const code = message.failureCode === undefined ? '' : `: ${plain(message.failureCode, 72)}`;
  return `Change set${name} of account ${message.account}${code}`;
}

/** The name is the origin's where the message is about the origin. */
function subjectOfStart(message: About, originId: string, context: RouteContext): string {
  const isNamed = originId === message.changeSetId && namesShow(subjectNames(context));
  return outcomeSubject(message, originId, isNamed ? message.changeSetName : undefined);
}

function startOf(
  originId: string,
  message: About,
  state: ChangeSetStateName,
  opening: Opening,
  context: RouteContext,
): WorkflowStart {
  return {
    workflowType: changeSetRemediationType,
    workflowId: changeSetWorkflowId(originId),
    input: inputOf(message, originId, opening, context),
    attributes: {
      state,
      account: message.account,
      attention: false,
      changeSets: [originId],
      attempt: 0,
      subject: subjectOfStart(message, originId, context),
    },
    staticSummary: fitSummary(summaryOf(message, originId)),
    staticDetails: [
      `- **Origin:** ${originId}`,
      `- **Account:** ${message.account} (${context.accounts[message.account]?.kind ?? 'not configured'})`,
      `- **Catalog:** ${plain(message.catalog)}`,
    ].join('\n'),
    afterCompletion: 'reject',
  };
}

/** The start of the lineage of a change set that still runs: no event has reported it yet. */
export function runningChangeSetStart(
  { account, catalog }: CatalogScope,
  { changeSetId, name }: ListedChangeSet,
  context: RouteContext,
): WorkflowStart {
  const about = { account, catalog, changeSetId, ...defined({ changeSetName: name }) };
  return startOf(changeSetId, about, firstCheckState, { foreignMarker: false }, context);
}

function to(originId: string, message: ChangeSetOutcomeMessage, opening: Opening, context: RouteContext): Delivery {
  const state = startState(message, originId === message.changeSetId);
  return {
    ...startOf(originId, message, state, opening, context),
    kind: 'changeSet.finished',
    eventId: message.eventId,
    signal: { name: changeSetOutcomeSignal.name, message },
    ...defined({
      finding: opening.foundBy && { backfillId: opening.foundBy.backfillId, changeSetId: message.changeSetId },
    }),
  };
}

/**
 * To the workflow of the change set's own id, whatever marker its name carries. Under a marker, that workflow leaves
 * every decision to an operator.
 */
export function ownChangeSetDelivery(
  message: ChangeSetOutcomeMessage,
  context: RouteContext,
  foundBy?: FoundBy,
): Delivery {
  const foreignMarker = readMarker(message.changeSetName) !== undefined;
  return to(message.changeSetId, message, { foreignMarker, ...defined({ foundBy }) }, context);
}

/**
 * To the lineage that the marker at the end of its name points at, else to the workflow of its own id. No look-up: the
 * name carries the way.
 * @param foundBy the backfill that found it; it stays with a lineage that this opens.
 */
export function changeSetDelivery(
  message: ChangeSetOutcomeMessage,
  context: RouteContext,
  foundBy?: FoundBy,
): Delivery {
  const originId = readMarker(message.changeSetName)?.originId;
  if (originId === undefined || originId === message.changeSetId) {
    return ownChangeSetDelivery(message, context, foundBy);
  }
  return {
    ...to(originId, message, { foreignMarker: false, ...defined({ foundBy }) }, context),
    unlessOwner: {
      changeSetId: message.changeSetId,
      otherwise: ownChangeSetDelivery(message, context, foundBy),
    },
  };
}
