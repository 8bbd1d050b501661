import type { z } from 'zod';
import type { putAssessmentSchema, putChangeSetSchema, putEntitySchema } from './controlSchemas.ts';
import { blankEntity } from './effects.ts';
import { progressOf } from './lifecycle.ts';
import { contentsOf } from './operations/startChangeSet.ts';
import type { Outcome } from './plans.ts';
import type { Simulation } from './simulation.ts';
import type { StoredChangeSet } from './store.ts';
import { entityIdsOf, entityIdIn, isTerminal } from './store.ts';
import { serviceTime } from './times.ts';
import { defined } from '../defined.ts';

type PutChangeSet = z.output<typeof putChangeSetSchema>;

/** Puts a change set as history, or as one that runs until a plan ends it. */
export function putChangeSet(simulation: Simulation, body: PutChangeSet): void {
  const { store, random, events } = simulation;
  const outcome = outcomeOf(body);
  const set: StoredChangeSet = {
    sequence: store.nextSequence(),
    id: body.changeSetId,
    account: body.account ?? simulation.account,
    name: body.name,
    intent: body.intent,
    startTime: body.startTime,
    requestId: random.uuid(),
    tags: body.tags,
    changes: body.changes.map((change) => ({
      changeType: change.changeType,
      entityType: change.entityType,
      ...defined({ identifier: change.identifier, changeName: change.changeName }),
      entityTags: [],
      ...contentsOf(change.details, change.detailsDocument),
    })),
    listedFromMs: 0,
    progress:
      outcome === undefined
        ? { status: body.status === 'PREPARING' ? 'PREPARING' : 'APPLYING' }
        : progressOf(outcome, body.endTime ?? serviceTime(Date.now())),
    createdEntityIds: {},
  };
  store.keep(set);
  putMissingEntities(simulation, set);
  if (body.emitEvent && outcome !== undefined && isTerminal(set.progress)) events.announce(set, set.progress, outcome);
}

function outcomeOf(body: PutChangeSet): Outcome | undefined {
  if (body.status === 'PREPARING' || body.status === 'APPLYING') return undefined;
  return {
    status: body.status,
    failureCode: body.failureCode,
    failureDescription: body.failureDescription,
    errors: body.changes.flatMap(({ errors }, changeIndex) => errors.map((error) => ({ ...error, changeIndex }))),
  };
}

/** A set that the service took proves that its entities exist. */
function putMissingEntities({ store }: Simulation, set: StoredChangeSet): void {
  for (const id of entityIdsOf(set)) {
    const change = set.changes.find(({ identifier }) => identifier !== undefined && entityIdIn(identifier) === id);
    if (change === undefined || store.entities.has(id)) continue;
    const revision = Number(change.identifier?.split('@')[1] ?? '1') + (set.progress.status === 'SUCCEEDED' ? 1 : 0);
    store.entities.set(id, { ...blankEntity(id, change.entityType, set.account, set.startTime), revision });
  }
}

/** Puts an entity as it is to be described and listed. */
export function putEntity(simulation: Simulation, body: z.output<typeof putEntitySchema>): void {
  const account = body.account ?? simulation.account;
  simulation.store.entities.set(body.entityId, {
    ...blankEntity(body.entityId, body.entityType, account, body.lastModified ?? serviceTime(Date.now())),
    sharedWith: body.sharedWith,
    name: body.name ?? body.entityId,
    summary: body.summary,
    detailsText: typeof body.details === 'string' ? body.details : JSON.stringify(body.details),
    revision: body.revision,
    tags: body.tags,
  });
}

/** Puts an assessment with its controls. */
export function putAssessment(simulation: Simulation, body: z.output<typeof putAssessmentSchema>): void {
  const { account, ControlAssessments, ...summary } = body;
  simulation.store.assessments.set(summary.AssessmentId, {
    account: account ?? simulation.account,
    summary,
    controls: ControlAssessments,
  });
}
