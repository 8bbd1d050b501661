import { defined } from '../../defined.ts';
import type { TestEventArrival, TestEventInput, TestEventStateName } from './contract.ts';

/** All that is known of a test event: plain JSON. It has ended when it begins. */
export interface TestEventCase extends Omit<TestEventInput, 'version'> {
  readonly version: 1;
  readonly phase: { readonly name: 'ended'; readonly end: TestEventStateName };
  readonly arrival?: TestEventArrival;
  readonly notes: readonly string[];
}

/** What can happen. */
export type TestEventMessage =
  { readonly type: 'arrived'; readonly arrival: TestEventArrival } | { readonly type: 'cancelled' };

/** The state before the arrival is known. */
export function newTestEvent({ testId, account, region, sentAt }: TestEventInput): TestEventCase {
  const about = { testId, account, sentAt, ...defined({ region }) };
  return { version: 1, ...about, phase: { name: 'ended', end: 'arrived' }, notes: [] };
}
