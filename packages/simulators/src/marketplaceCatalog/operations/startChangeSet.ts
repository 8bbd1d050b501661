import { z } from 'zod';
import { inUse, invalidField, notFound, ServiceError } from '../errors.ts';
import { canonicalJson, parseLossless } from '../losslessJson.ts';
import type { Simulation } from '../simulation.ts';
import type { StoredChange, StoredChangeSet } from '../store.ts';
import { catalogArn, entityIdIn, entityIdsOf, isReference, typeName } from '../store.ts';
import { serviceTime } from '../times.ts';
import type { Answer, Call, Operation } from './operation.ts';
import type { StartChangeSetInput } from './startChangeSetInput.ts';
import { changeAtFault, checkedStartChangeSet } from './startChangeSetInput.ts';
import { defined } from '../../defined.ts';

/** The length of an id in the vendor's samples (`76yesvf8y165pa4f98td2crtg`). */
const ID_LENGTH = 25;

/** StartChangeSet: checks, answers a known token, refuses what is locked, and sets the new change set going. */
export const startChangeSet: Operation = (simulation, call) => {
  const request = checkedStartChangeSet(call.input);
  const lossless = parseLossless(call.body);
  const known = answerFromToken(simulation, call, request, canonicalJson(lossless));
  if (known !== undefined) return known;

  refuseUnknownEntities(simulation, call.account, request);
  refuseLocked(simulation, request);
  refuseOverQuota(simulation, call);

  const set = newChangeSet(simulation, call, request, lossless);
  simulation.store.keep(set);
  if (request.ClientRequestToken !== undefined) {
    simulation.store.rememberToken(call.account, request.ClientRequestToken, {
      changeSetId: set.id,
      request: canonicalJson(lossless),
    });
  }
  simulation.lifecycle.begin(set, simulation.plans.outcomeFor(set));
  return answerWith(set, request);
};

/**
 * The same token with the same request is answered with the same set, for as long as the simulator remembers it; with
 * another request it is refused (the model is silent on both).
 */
function answerFromToken(
  { store, faults }: Simulation,
  call: Call,
  request: StartChangeSetInput,
  comparable: string,
): Answer | undefined {
  const token = request.ClientRequestToken;
  const use = token === undefined ? undefined : store.tokenUse(call.account, token);
  if (use === undefined || faults.takeForgetToken(call.account)) return undefined;
  const set = store.changeSet(use.changeSetId);
  if (use.request !== comparable || set === undefined) {
    throw invalidField('ClientRequestToken', 'was used before, with another request');
  }
  const answer = answerWith(set, request);
  return { ...answer, noted: { ...answer.noted, tokenRepeated: true } };
}

function answerWith(set: StoredChangeSet, request: StartChangeSetInput): Answer {
  return {
    body: { ChangeSetId: set.id, ChangeSetArn: catalogArn(set.account, 'ChangeSet', set.id) },
    noted: {
      changeSetId: set.id,
      changeSetName: set.name,
      ...defined({ clientRequestToken: request.ClientRequestToken }),
      entityIds: entityIdsOf(set),
    },
  };
}

function refuseUnknownEntities({ store }: Simulation, account: string, request: StartChangeSetInput): void {
  request.ChangeSet.forEach((change, index) => {
    const identifier = change.Entity.Identifier;
    if (identifier === undefined || isReference(identifier)) return;
    const id = entityIdIn(identifier);
    const entity = store.entityFor(account, id);
    if (entity === undefined) throw notFound(`Entity '${id}' does not exist`);
    const { Field: field, ...more } = changeAtFault(change, index, 'Entity.Type');
    if (typeName(entity.type) !== typeName(change.Entity.Type)) {
      throw invalidField(field ?? '', `entity '${id}' is of type ${entity.type}`, more);
    }
    const latest = `${id}@${entity.revision}`;
    if (identifier !== id && identifier !== latest) {
      const message = `'${identifier}' is not the latest revision, which is '${latest}'`;
      throw invalidField(`ChangeSet[${index}].Entity.Identifier`, message, more);
    }
  });
}

function refuseLocked({ store }: Simulation, request: StartChangeSetInput): void {
  for (const { Entity } of request.ChangeSet) {
    const entityId = entityIdIn(Entity.Identifier ?? '');
    const blocking = store.runningOn(entityId).map(({ id }) => id);
    if (blocking.length > 0) {
      const ids = blocking.join(', ');
      throw inUse(
        `Requested change set has entities locked by change sets - entity: '${entityId}' change sets: ${ids}`,
      );
    }
  }
}

function refuseOverQuota({ store, rates }: Simulation, call: Call): void {
  const open = store.runningOf(call.account);
  if (open >= rates.settings.openChangeSets) {
    throw new ServiceError('ServiceQuotaExceededException', 402, `The account has ${open} change sets open already`);
  }
}

function newChangeSet(
  { store, random, faults }: Simulation,
  call: Call,
  request: StartChangeSetInput,
  lossless: unknown,
): StoredChangeSet {
  const id = random.token(ID_LENGTH);
  return {
    sequence: store.nextSequence(),
    id,
    account: call.account,
    name: request.ChangeSetName ?? `ChangeSet ${id}`,
    intent: request.Intent,
    startTime: serviceTime(call.nowMs),
    requestId: call.requestId,
    tags: request.ChangeSetTags,
    changes: storedChanges(request, lossless),
    listedFromMs: call.nowMs + faults.takeHiddenMs(call.account),
    progress: { status: 'PREPARING' },
    createdEntityIds: {},
  };
}

const documentsSchema = z.object({ ChangeSet: z.array(z.object({ DetailsDocument: z.unknown().optional() })) });

function storedChanges(request: StartChangeSetInput, lossless: unknown): StoredChange[] {
  const documents = documentsSchema.parse(lossless).ChangeSet;
  return request.ChangeSet.map((change, index) => ({
    changeType: change.ChangeType,
    entityType: change.Entity.Type,
    ...defined({ identifier: change.Entity.Identifier, changeName: change.ChangeName }),
    entityTags: change.EntityTags,
    ...contentsOf(change.Details, documents[index]?.DetailsDocument),
  }));
}

/** The longest Details and their form, as the model has them for requests and answers alike. */
const DETAILS_LIMIT = 16_384;

/** Both forms of a change's contents from the one that was given; `document` is as parseLossless gives it. */
export function contentsOf(
  details: string | undefined,
  document: unknown,
): Pick<StoredChange, 'details' | 'documentText'> {
  if (details !== undefined) return { details, documentText: details };
  if (document === undefined || document === null) return {};
  const documentText = JSON.stringify(document);
  const fits = documentText.startsWith('{') && documentText.length <= DETAILS_LIMIT;
  return fits ? { details: documentText, documentText } : { documentText };
}
