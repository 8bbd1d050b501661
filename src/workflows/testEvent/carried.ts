import { carriedReader } from '../shared/carried.ts';
import { flag, list, members, oneOf, optional, text } from '../shared/shapes.ts';
import type { TestEventArrival } from './contract.ts';
import type { TestEventCase } from './state.ts';

/** Reads what a run before has carried. */
export const readTestEvent = carriedReader<TestEventCase>(
  'testEvent',
  1,
  members<TestEventCase>({
    version: oneOf(1),
    testId: text,
    account: text,
    region: optional(text),
    sentAt: text,
    phase: members({ name: oneOf('ended'), end: oneOf('arrived') }),
    arrival: optional(
      members<TestEventArrival>({
        transport: oneOf('http', 'sqs', 'cli'),
        queue: optional(text),
        arrivedAt: text,
        isConfigured: flag,
      }),
    ),
    notes: list(text),
  }),
);
