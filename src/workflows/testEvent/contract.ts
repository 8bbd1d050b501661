import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseStatus, WorkflowContract } from '../shared/contract.ts';

/** The workflow type, as registered in the bundle. */
export const testEventType = 'testEvent';

/** The id of the workflow of a test event: `test-event:{id of the test}`. */
export function testEventWorkflowId(testId: string): string {
  return `test-event:${testId}`;
}

/** The states, as `StewardState` shows them. */
export type TestEventStateName = 'arrived';

/** What a run starts from: what the event says. */
export interface TestEventInput {
  readonly version: 1;
  readonly testId: string;
  /** The account of the envelope. */
  readonly account: string;
  readonly region?: string;
  /** ISO 8601: when its sender put it on the bus. */
  readonly sentAt: string;
}

/** By which transport the event came, and where. */
export interface TestEventArrival {
  readonly transport: 'http' | 'sqs' | 'cli';
  /** `{account}/{name}` of the queue. */
  readonly queue?: string;
  /** ISO 8601. */
  readonly arrivedAt: string;
  /** Whether the configuration of the process that took it has the account. */
  readonly isConfigured: boolean;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface TestEventStatus extends CaseStatus<TestEventStateName>, Omit<TestEventInput, 'version'> {
  /** Absent where somebody started the workflow by hand. */
  readonly arrival?: TestEventArrival;
}

export const testEventArrivedSignal = defineSignal<[TestEventArrival]>('arrived');
const testEventStatusQuery = defineQuery<TestEventStatus>('status');

/** What others need to know of the workflow. */
export const testEventContract = {
  type: testEventType,
  idPrefixes: ['test-event:'],
  states: { arrived: true },
  statusQuery: testEventStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<TestEventStatus>;
