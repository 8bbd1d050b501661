import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import type { Draws } from './draws.ts';
import { sent, type Story, type StoryContext, type StoryEvent } from './story.ts';

/** A change set as a story has it. */
export interface ChangeSet {
  readonly id: string;
  readonly account: string;
  readonly entityId: string;
  readonly name: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'APPLYING';
  readonly failureCode?: 'SERVER_FAULT' | 'CLIENT_ERROR';
  readonly intent?: 'VALIDATE';
  readonly change: { readonly changeType: string; readonly entityType: string; readonly details: object };
  /** Seconds from when its event sets out. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What becomes of a successor, as the simulated vendor plans it. */
export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly failureCode?: 'SERVER_FAULT';
  readonly durationMs: number;
}

/** Fields that AWS may be given any number of times (class `set` of docs/change-types.md). */
const settable = [
  { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', details: { ProductTitle: 'My product' } },
  { changeType: 'UpdateInformation', entityType: 'AmiProduct@1.0', details: { ShortDescription: 'What it does.' } },
  { changeType: 'UpdateInformation', entityType: 'ContainerProduct@1.0', details: { LongDescription: 'All it does.' } },
] as const satisfies ReadonlyArray<ChangeSet['change']>;

const idLength = 25;
const entityIdLength = 13;
const errors = [{ code: 'INVALID_INPUT', message: 'LogoUrl: the image must be at least 110 pixels wide.' }];

/** A fresh change set of an entity of its own that has just failed by a fault of AWS's own. */
export function failed({ token, one }: Draws, account: string, values: Partial<ChangeSet> = {}): ChangeSet {
  return {
    id: token(idLength),
    account,
    entityId: `prod-${token(entityIdLength)}`,
    name: `Update ${token(5)}`,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    change: one(settable),
    startsAt: -600,
    endsAt: -1,
    ...values,
  };
}

/** The id of the workflow that owns it. */
export function workflowOf({ id }: Pick<ChangeSet, 'id'>): string {
  return `change-set:${id}`;
}

/** It at the simulated vendor. */
export function put(set: ChangeSet): NonNullable<StoryEvent['puts']>[number] {
  const { id, account, name, status, failureCode, intent, change, entityId, startsAt, endsAt } = set;
  const body = {
    changeSetId: id,
    account,
    name,
    status,
    startTime: sent(startsAt),
    ...(status === 'APPLYING' ? {} : { endTime: sent(endsAt) }),
    ...(status === 'FAILED' && failureCode !== undefined ? { failureCode } : {}),
    ...(intent === undefined ? {} : { intent }),
    changes: [
      {
        changeType: change.changeType,
        entityType: change.entityType,
        identifier: `${entityId}@1`,
        details: JSON.stringify(change.details),
        ...(failureCode === 'CLIENT_ERROR' ? { errors } : {}),
      },
    ],
  };
  return { vendor: 'aws', name: 'change-sets', body };
}

/** What becomes of its successors, whichever of them comes when: their names hold the origin's id. */
export function successors({ id }: ChangeSet, outcomes: readonly Outcome[]): NonNullable<StoryEvent['puts']>[number] {
  return { vendor: 'aws', name: 'plan', body: { match: { nameContains: `+retry.${id}.` }, outcomes } };
}

/** Some time that AWS takes over a successor. */
export function outcome({ below }: Draws, status: Outcome['status']): Outcome {
  const failureCode = status === 'FAILED' ? ({ failureCode: 'SERVER_FAULT' } as const) : {};
  return { status, ...failureCode, durationMs: 200 + below(1_800) };
}

/** The event of its end, in the vendor's own form. */
export function eventOf({ uuid }: Draws, set: ChangeSet): StoryEvent {
  const { id, account, name, status, failureCode, startsAt, endsAt } = set;
  const sample = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', CANCELLED: 'Cancelled', APPLYING: 'Failed' }[status];
  const envelope = {
    id: uuid(),
    account,
    time: sent(0),
    resources: [`arn:aws:aws-marketplace:us-east-1:${account}:AWSMarketplace/ChangeSet/${id}`],
  };
  const detail = {
    requestId: uuid(),
    ChangeSetId: id,
    ChangeSetName: name,
    StartTime: sent(startsAt),
    EndTime: sent(endsAt),
    ...(status === 'FAILED' && failureCode !== undefined ? { FailureCode: failureCode } : {}),
  };
  const body = JSON.stringify(sampleEvent(`changeSet${sample}`, envelope, detail));
  return { vendor: 'aws', body, workflowId: workflowOf(set), identity: id };
}

/** A story of one failed change set alone. */
export function failureStory(
  { draws }: StoryContext,
  set: ChangeSet,
  {
    outcomes,
    ...rest
  }: { readonly outcomes?: readonly Outcome[]; readonly lost?: true } & Pick<Story, 'commands'> & {
      readonly end: Story['ends'][string];
    },
): Story {
  const puts = [put(set), ...(outcomes === undefined ? [] : [successors(set, outcomes)])];
  const event: StoryEvent = { ...eventOf(draws, set), puts, ...(rest.lost === undefined ? {} : { lost: true }) };
  const commands = rest.commands === undefined ? {} : { commands: rest.commands };
  return { events: [event], ...commands, ends: { [workflowOf(set)]: rest.end } };
}
