import type { ChangeSetFinished } from '../events/types.ts';
import { readMarker } from '../workflows/changeSetRemediation/lineage.ts';
import {
  changeSetOutcomeSignal,
  changeSetRemediationType,
  changeSetWorkflowId,
  type ChangeSetOutcomeMessage,
  type ChangeSetRemediationInput,
} from '../workflows/changeSetRemediation/messages.ts';
import { plain } from '../workflows/shared/markdown.ts';
import type { RouteContext } from './context.ts';
import type { Delivery } from './delivery.ts';
import { fitSummary } from './text.ts';

/** What an event says about a change set, as workflows take it. */
export function outcomeMessage(event: ChangeSetFinished): ChangeSetOutcomeMessage {
  return {
    eventId: event.eventId,
    account: event.account,
    catalog: event.catalog,
    changeSetId: event.changeSetId,
    ...(event.changeSetName === undefined ? {} : { changeSetName: event.changeSetName }),
    outcome: event.outcome,
    ...(event.failureCode === undefined ? {} : { failureCode: event.failureCode }),
    startTime: event.startTime,
    endTime: event.endTime,
  };
}

function inputOf(
  message: ChangeSetOutcomeMessage,
  originId: string,
  foreignMarker: boolean,
  { accounts, policies }: RouteContext,
): ChangeSetRemediationInput {
  const protectedClasses = accounts[message.account]?.protectedClasses;
  const policy = { ...policies.changeSet, ...(protectedClasses === undefined ? {} : { protectedClasses }) };
  return {
    version: 1,
    account: message.account,
    catalog: message.catalog,
    changeSetId: originId,
    ...(Object.keys(policy).length > 0 ? { policy } : {}),
    ...(foreignMarker ? { foreignMarker } : {}),
  };
}

/** As the workflow would name its state on this message; a lineage met through a successor has its origin to learn. */
function startState({ outcome }: ChangeSetOutcomeMessage, isOrigin: boolean): string {
  if (!isOrigin) return 'diagnosing';
  switch (outcome) {
    case 'SUCCEEDED':
      return 'succeeded';
    case 'CANCELLED':
      return 'cancelled';
    case 'FAILED':
      return 'diagnosing';
  }
}

function summaryOf(message: ChangeSetOutcomeMessage, originId: string): string {
  const name = message.changeSetName === undefined ? '' : ` ${plain(message.changeSetName, 100)}`;
  if (originId !== message.changeSetId) return `Change set ${originId} and its successors`;
  return `Change set${name} of account ${message.account}`;
}

function to(
  originId: string,
  message: ChangeSetOutcomeMessage,
  foreignMarker: boolean,
  context: RouteContext,
): Delivery {
  return {
    kind: 'changeSet.finished',
    eventId: message.eventId,
    workflowType: changeSetRemediationType,
    workflowId: changeSetWorkflowId(originId),
    input: inputOf(message, originId, foreignMarker, context),
    signal: { name: changeSetOutcomeSignal.name, message },
    attributes: {
      state: startState(message, originId === message.changeSetId),
      account: message.account,
      attention: false,
      changeSets: [originId],
      attempt: 0,
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

/**
 * To the workflow of the change set's own id, whatever marker its name carries. Under a marker, that workflow leaves
 * every decision to a person.
 */
export function ownChangeSetDelivery(message: ChangeSetOutcomeMessage, context: RouteContext): Delivery {
  return to(message.changeSetId, message, readMarker(message.changeSetName) !== undefined, context);
}

/**
 * To the lineage that the marker at the end of its name points at, else to the workflow of its own id. No look-up: the
 * name carries the way.
 */
export function changeSetDelivery(message: ChangeSetOutcomeMessage, context: RouteContext): Delivery {
  const originId = readMarker(message.changeSetName)?.originId;
  if (originId === undefined || originId === message.changeSetId) return ownChangeSetDelivery(message, context);
  return {
    ...to(originId, message, false, context),
    unlessOwner: { changeSetId: message.changeSetId, otherwise: ownChangeSetDelivery(message, context) },
  };
}
