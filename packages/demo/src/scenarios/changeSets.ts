import { defined } from '../../../../src/defined.ts';
import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { failedByAws, failedByContents, failureOf, newOrigin, newProductId, update } from './changeSetParts.ts';
import type { Origin, Outcome, PutChangeSet } from './changeSetParts.ts';
import { accounts, changeSetInDocs, onEveryChannel, posted, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const sample = {
  name: 'Create my product',
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
  time: '2022-11-01T13:12:22Z',
  startTime: '2018-02-27T13:45:22Z',
  endTime: '2018-02-27T14:55:22Z',
};

/** A change set that creates a product, with the vendor's sample of how it ended. */
function creation(
  context: ScenarioContext,
  how: 'Succeeded' | 'Cancelled' | 'Failed',
  story: Pick<Scenario, 'name' | 'group' | 'expected' | 'sameId'>,
  id?: string,
): Omit<Scenario, 'events'> & { readonly events: ReadonlyArray<ReturnType<typeof posted>> } {
  const origin = { ...newOrigin(context), ...defined({ id }) };
  const changeSet: PutChangeSet = {
    changeSetId: origin.id,
    account: accounts.manufacturer,
    name: sample.name,
    status: how === 'Cancelled' ? 'CANCELLED' : 'SUCCEEDED',
    startTime: origin.startTime,
    endTime: origin.endTime,
    changes: [{ changeType: 'CreateProduct', entityType: 'SaaSProduct@1.0', details: '{"ProductTitle":"My product"}' }],
  };
  const event = posted(`changeSet${how}`, replacementsFor(context, origin));
  return {
    ...story,
    workflowId: changeSetWorkflowId(origin.id),
    prepare: ({ catalog }) => catalog.putChangeSet(how === 'Failed' ? failedByContents(changeSet) : changeSet),
    events: [event],
  };
}

/** The samples' ids and times, as this change set has them. */
function replacementsFor(
  context: ScenarioContext,
  { id, startTime, endTime }: Origin,
): Array<readonly [string, string]> {
  return [
    [changeSetInDocs, id],
    [sample.eventId, context.uuid()],
    [sample.requestId, context.uuid()],
    [sample.time, vendorTime(context.nowMs)],
    [sample.startTime, startTime],
    [sample.endTime, endTime],
  ];
}

/** A version that AWS publishes for the one account whose successes a route takes. */
function reportedSuccess(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  const account = accounts.observer;
  const change = { entityType: 'AmiProduct@1.0', entityId: newProductId(context) };
  const details = '{"Version":{"VersionTitle":"1.4.2","ReleaseNotes":"Faster."}}';
  return {
    name: 'a success, reported on every channel',
    group: 'Nothing to submit',
    workflowId: changeSetWorkflowId(origin.id),
    expected: { state: 'succeeded', closed: true },
    notified: onEveryChannel(1),
    prepare: ({ catalog }) => {
      catalog.putEntity({ ...change, account, details: { Description: { ProductTitle: 'My product' } } });
      catalog.putChangeSet({
        changeSetId: origin.id,
        account,
        name: sample.name,
        status: 'SUCCEEDED',
        startTime: origin.startTime,
        endTime: origin.endTime,
        changes: [
          {
            changeType: 'AddDeliveryOptions',
            entityType: change.entityType,
            identifier: `${change.entityId}@1`,
            details,
          },
        ],
      });
    },
    events: [posted('changeSetSucceeded', [...replacementsFor(context, origin), [accounts.manufacturer, account]])],
  };
}

function duplicate(context: ScenarioContext): Scenario {
  const ended = { state: 'succeeded', closed: true } as const;
  const story = { name: 'the same event twice: a duplicate', group: 'Nothing to submit', expected: ended } as const;
  const scenario = creation(context, 'Succeeded', story);
  const again = scenario.events.map((event) => ({ ...event, answer: 'duplicate', once: ended }) as const);
  return { ...scenario, events: [...scenario.events, ...again] };
}

/** The vendor's only sample of a failure is a CLIENT_ERROR, so the simulated vendor posts these itself. */
function serverFault(
  context: ScenarioContext,
  story: Pick<Scenario, 'name' | 'group'> & {
    readonly attempts: readonly Outcome[];
    readonly events?: Scenario['events'];
  },
): Scenario {
  const { attempts, ...rest } = story;
  const origin = newOrigin(context);
  return failureOf(origin, failedByAws(update(origin, newProductId(context))), {
    ...rest,
    expected: { state: 'remediated', closed: true, facts: { attempt: String(attempts.length) } },
    submits: attempts.length,
    prepare: ({ catalog }) => catalog.plan({ match: { nameContains: origin.id }, outcomes: [...attempts] }),
  });
}

function validation(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  const changeSet = failedByContents(update(origin, newProductId(context)));
  return failureOf(
    origin,
    { ...changeSet, intent: 'VALIDATE' },
    {
      name: 'a failed validation',
      group: 'Nothing to submit',
      expected: { state: 'reported', closed: true },
      submits: 0,
    },
  );
}

/** The first two: the story of the start, and the case that the reader can answer. */
export function storyScenarios(context: ScenarioContext): readonly Scenario[] {
  return [
    serverFault(context, {
      name: 'SERVER_FAULT, retried to success',
      group: 'The story',
      attempts: [
        { status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: 1_500, event: 'sent' },
        { status: 'SUCCEEDED', durationMs: 1_500, event: 'sent' },
      ],
    }),
    creation(
      context,
      'Failed',
      {
        name: 'CLIENT_ERROR: needs a decision',
        group: 'The story',
        sameId: true,
        expected: { state: 'awaitingDecision', facts: { attempt: '0' } },
      },
      changeSetInDocs,
    ),
  ];
}

/** Change sets that are retried, whatever gets lost on the way. */
export function retriedScenarios(context: ScenarioContext): readonly Scenario[] {
  return [
    serverFault(context, {
      name: 'SERVER_FAULT, its outcome event is lost',
      group: 'Retried, once',
      attempts: [{ status: 'SUCCEEDED', durationMs: 1_500, event: 'lost' }],
    }),
    serverFault(context, {
      name: 'a reset after the submit',
      group: 'Retried, once',
      attempts: [{ status: 'SUCCEEDED', durationMs: 5_000, event: 'sent' }],
      events: [{ from: 'administrator', does: 'reset', once: { state: 'retrying', facts: { attempt: '1' } } }],
    }),
  ];
}

/** Change sets that end without another one. */
export function endedScenarios(context: ScenarioContext): readonly Scenario[] {
  const group = 'Nothing to submit';
  return [
    validation(context),
    creation(context, 'Succeeded', {
      name: 'change set succeeded',
      group,
      expected: { state: 'succeeded', closed: true },
    }),
    creation(context, 'Cancelled', {
      name: 'change set cancelled',
      group,
      expected: { state: 'cancelled', closed: true },
    }),
    duplicate(context),
    reportedSuccess(context),
  ];
}
