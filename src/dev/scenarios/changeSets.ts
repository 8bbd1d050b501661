import { changeSetWorkflowId } from '../../workflows/changeSetRemediation/messages.ts';
import { readFixture, withReplaced } from '../fixtures.ts';
import { accounts, bytesOf, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, ScenarioEvent, SimulatorControls } from './scenario.ts';

const sample = {
  id: '76yesvf8y165pa4f98td2crtg',
  name: 'Create my product',
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
  time: '2022-11-01T13:12:22Z',
  startTime: '2018-02-27T13:45:22Z',
  endTime: '2018-02-27T14:55:22Z',
};
/** As long as the sample's change set ran. */
const ranForMs = 70 * 60_000;
const endedAgoMs = 2_000;

type PutChangeSet = Parameters<SimulatorControls['catalog']['putChangeSet']>[0];
type Outcome = Parameters<SimulatorControls['catalog']['plan']>[0]['outcomes'][number];

interface Origin {
  readonly id: string;
  readonly startTime: string;
  readonly endTime: string;
}

function newOrigin({ token, nowMs }: ScenarioContext): Origin {
  const endMs = nowMs - endedAgoMs;
  return { id: token(sample.id.length), startTime: vendorTime(endMs - ranForMs), endTime: vendorTime(endMs) };
}

function sampleEvent(
  fixture: 'changeSetSucceeded' | 'changeSetCancelled' | 'changeSetFailed',
  origin: Origin,
  { uuid, nowMs }: ScenarioContext,
): Uint8Array {
  const replacements = new Map([
    [sample.id, origin.id],
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs)],
    [sample.startTime, origin.startTime],
    [sample.endTime, origin.endTime],
  ]);
  return bytesOf(withReplaced(readFixture(fixture), replacements));
}

function posted(bytes: Uint8Array): ScenarioEvent {
  return { from: 'sample', road: 'eventbridge', bytes, answer: 'delivered' };
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

function update(origin: Origin, productId: string, title: string): PutChangeSet {
  return {
    ...creation(origin),
    name: 'Update my product',
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: `${productId}@1`,
        details: JSON.stringify({ ProductTitle: title }),
      },
    ],
  };
}

function succeeded(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  return {
    name: 'change set succeeded',
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
    workflowId: changeSetWorkflowId(origin.id),
    expected: { state: 'cancelled', closed: true },
    prepare: ({ catalog }) => catalog.putChangeSet({ ...creation(origin), status: 'CANCELLED' }),
    events: [posted(sampleEvent('changeSetCancelled', origin, context))],
  };
}

function duplicate(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  const bytes = sampleEvent('changeSetSucceeded', origin, context);
  return {
    name: 'the same event twice: a duplicate',
    workflowId: changeSetWorkflowId(origin.id),
    expected: { state: 'succeeded', closed: true },
    prepare: ({ catalog }) => catalog.putChangeSet(creation(origin)),
    events: [posted(bytes), { from: 'sample', road: 'eventbridge', bytes, answer: 'duplicate', afterTheEnd: true }],
  };
}

/** The vendor's only sample of a failure is a CLIENT_ERROR, so the simulated vendor posts these itself. */
function serverFault(
  context: ScenarioContext,
  story: { readonly name: string; readonly title: string; readonly attempts: readonly Outcome[] },
): Scenario {
  const origin = newOrigin(context);
  const productId = `prod-${context.token(13)}`;
  return {
    name: story.name,
    workflowId: changeSetWorkflowId(origin.id),
    expected: { state: 'remediated', closed: true, facts: { attempt: String(story.attempts.length) } },
    prepare: ({ catalog }) => {
      catalog.putChangeSet({
        ...update(origin, productId, story.title),
        status: 'FAILED',
        failureCode: 'SERVER_FAULT',
        failureDescription: 'An internal error occurred. Try again.',
      });
      catalog.plan({ match: { nameContains: origin.id }, outcomes: [...story.attempts] });
    },
    events: [{ from: 'catalogSimulator', changeSetId: origin.id }],
  };
}

function clientError(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  return {
    name: 'CLIENT_ERROR: one needs you',
    workflowId: changeSetWorkflowId(origin.id),
    expected: { state: 'awaitingPerson', facts: { attempt: '0' } },
    prepare: ({ catalog }) => {
      const errors = [{ code: 'INVALID_INPUT', message: 'LogoUrl: the image must be at least 110 pixels wide.' }];
      const { changes, ...rest } = creation(origin);
      catalog.putChangeSet({
        ...rest,
        status: 'FAILED',
        failureCode: 'CLIENT_ERROR',
        failureDescription: 'One or more changes failed validation.',
        changes: changes.map((change) => ({ ...change, errors })),
      });
    },
    events: [posted(sampleEvent('changeSetFailed', origin, context))],
  };
}

/** The change sets of a seller: all that can become of one. The first is the story of the start. */
export function changeSetScenarios(context: ScenarioContext): readonly Scenario[] {
  return [
    serverFault(context, {
      name: 'SERVER_FAULT, retried to success',
      title: 'My product, version 2',
      attempts: [
        { status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: 1_500, event: 'sent' },
        { status: 'SUCCEEDED', durationMs: 1_500, event: 'sent' },
      ],
    }),
    clientError(context),
    serverFault(context, {
      name: 'SERVER_FAULT, its outcome event is lost',
      title: 'My other product, version 2',
      attempts: [{ status: 'SUCCEEDED', durationMs: 1_500, event: 'lost' }],
    }),
    succeeded(context),
    cancelled(context),
    duplicate(context),
  ];
}
