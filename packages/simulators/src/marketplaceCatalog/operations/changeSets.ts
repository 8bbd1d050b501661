import { z } from 'zod';
import { inUse, notFound } from '../errors.ts';
import { isJson, parseLossless } from '../losslessJson.ts';
import type { Simulation } from '../simulation.ts';
import type { StoredChange, StoredChangeSet } from '../store.ts';
import { catalogArn, entityIdsOf, isTerminal } from '../store.ts';
import { catalogSchema, checkedInput, resourceIdSchema } from '../validation.ts';
import type { Answer, Call, Operation } from './operation.ts';

const changeSetQuerySchema = z.object({ catalog: catalogSchema, changeSetId: resourceIdSchema });

/** DescribeChangeSet: a change set of the caller's own account. Tags, tokens and the catalog are not in the answer. */
export const describeChangeSet: Operation = (simulation, call) => {
  const set = askedFor(simulation, call);
  const { progress } = set;
  return answerAbout(set, {
    ChangeSetId: set.id,
    ChangeSetArn: catalogArn(set.account, 'ChangeSet', set.id),
    ChangeSetName: set.name,
    Intent: set.intent,
    StartTime: set.startTime,
    EndTime: isTerminal(progress) ? progress.endTime : undefined,
    Status: progress.status,
    FailureCode: progress.status === 'FAILED' ? progress.failureCode : undefined,
    FailureDescription: progress.status === 'FAILED' ? progress.failureDescription : undefined,
    ChangeSet: set.changes.map((change, index) => changeSummary(set, change, index)),
  });
};

/** CancelChangeSet: from PREPARING only; any other status is refused as in use. */
export const cancelChangeSet: Operation = (simulation, call) => {
  const set = askedFor(simulation, call);
  if (set.progress.status !== 'PREPARING') {
    throw inUse(`Change set '${set.id}' is in status ${set.progress.status} and can only be cancelled in PREPARING`);
  }
  simulation.lifecycle.cancel(set);
  return answerAbout(set, { ChangeSetId: set.id, ChangeSetArn: catalogArn(set.account, 'ChangeSet', set.id) });
};

function askedFor({ store }: Simulation, call: Call): StoredChangeSet {
  const { changeSetId } = checkedInput(changeSetQuerySchema, call.input);
  const set = store.changeSetOf(call.account, changeSetId, call.nowMs);
  if (set === undefined) throw notFound(`Change set '${changeSetId}' does not exist`);
  return set;
}

function answerAbout(set: StoredChangeSet, body: Answer['body']): Answer {
  return { body, noted: { changeSetId: set.id, changeSetName: set.name, entityIds: entityIdsOf(set) } };
}

function changeSummary(set: StoredChangeSet, change: StoredChange, index: number): Record<string, unknown> {
  const createdId = set.createdEntityIds[index];
  const errors = set.progress.status === 'FAILED' ? set.progress.errors[index] : undefined;
  return {
    ChangeType: change.changeType,
    Entity: { Type: change.entityType, Identifier: createdId === undefined ? change.identifier : `${createdId}@1` },
    Details: change.details,
    DetailsDocument: documentOf(change.documentText),
    ErrorDetailList: errors ?? [],
    ChangeName: change.changeName,
  };
}

function documentOf(text: string | undefined): unknown {
  return text !== undefined && isJson(text) ? parseLossless(text) : undefined;
}
