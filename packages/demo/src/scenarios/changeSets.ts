import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';
import { failedByAws, failedByContents, failureOf, newOrigin, newProductId, update } from './changeSetParts.ts';
import type { Origin, Outcome, PutChangeSet } from './changeSetParts.ts';
import { accounts, bytesOf, changeSetInDocs, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, ScenarioEvent } from './scenario.ts';

const sample = {
  name: 'Create my product',
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
  time: '2022-11-01T13:12:22Z',
  startTime: '2018-02-27T13:45:22Z',
  endTime: '2018-02-27T14:55:22Z',
};

function sampleEvent(
  fixture: 'changeSetSucceeded' | 'changeSetCancelled' | 'changeSetFailed',
  origin: Origin,
  { uuid, nowMs }: ScenarioContext,
): Uint8Array {
  const replacements = new Map([
    [changeSetInDocs, origin.id],
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs)],
    [sample.startTime, origin.startTime],
    [sample.endTime, origin.endTime],
  ]);
  return bytesOf(withReplaced(readFixture(fixture), replacements));
}

function posted(bytes: Uint8Array): ScenarioEvent {
  return { from: 'sample', envelope: 'eventbridge', bytes, answer: 'delivered' };
}

/** The sample's own change set creates a product. */
function creation(origin: Origin): PutChangeSet {
  return {
    changeSetId: origin.id,
    account: accounts.manufacturer,
    name: sample.name,
    status: 'SUCCEEDED',
    startTime: origin.startTime,
    endTime: origin.endTime,
    changes: [{ changeType: 'CreateProduct', entityType: 'SaaSProduct@1.0', details: '{"ProductTitle":"My product"}' }],
  };
}

function succeeded(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  return {
    name: 'change set succeeded',
    group: 'Nothing to submit',
    workflowId: changeSetWorkflowId(origin.id),
    expected: { state: 'succeeded', closed: true },
    prepare: ({ catalog }) => catalog.putChangeSet(creation(origin)),
    events: [posted(sampleEvent('changeSetSucceeded', origin, context))],
  };
}

function cancelled(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  return {
    name: 'change set cancelled',
    group: 'Nothing to submit',
    workflowId: changeSetWorkflowId(origin.id),
    expected: { state: 'cancelled', closed: true },
    prepare: ({ catalog }) => catalog.putChangeSet({ ...creation(origin), status: 'CANCELLED' }),
    events: [posted(sampleEvent('changeSetCancelled', origin, context))],
  };
}

function duplicate(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  const bytes = sampleEvent('changeSetSucceeded', origin, context);
  const ended = { state: 'succeeded', closed: true } as const;
  return {
    name: 'the same event twice: a duplicate',
    group: 'Nothing to submit',
    workflowId: changeSetWorkflowId(origin.id),
    expected: ended,
    prepare: ({ catalog }) => catalog.putChangeSet(creation(origin)),
    events: [posted(bytes), { from: 'sample', envelope: 'eventbridge', bytes, answer: 'duplicate', once: ended }],
  };
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

function clientError(context: ScenarioContext): Scenario {
  const origin = { ...newOrigin(context), id: changeSetInDocs };
  return {
    name: 'CLIENT_ERROR: needs a decision',
    group: 'The story',
    workflowId: changeSetWorkflowId(origin.id),
    sameId: true,
    expected: { state: 'awaitingDecision', facts: { attempt: '0' } },
    prepare: ({ catalog }) => catalog.putChangeSet(failedByContents(creation(origin))),
    events: [posted(sampleEvent('changeSetFailed', origin, context))],
  };
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
    clientError(context),
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
  return [validation(context), succeeded(context), cancelled(context), duplicate(context)];
}
