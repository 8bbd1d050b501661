import { carriedReader } from '../shared/carried.ts';
import { list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { FanOutCase } from './state.ts';

/** Reads what a run before has carried. */
export const readFanOut = carriedReader<FanOutCase>(
  'eventFanOut',
  1,
  members<FanOutCase>({
    version: oneOf(1),
    workflowId: text,
    account: text,
    parts: number,
    phase: variants<'name', FanOutCase['phase']>('name', {
      delivering: members({ name: oneOf('delivering') }),
      ended: members({ name: oneOf('ended'), end: oneOf('delivered', 'abandoned', 'quarantined') }),
    }),
    arrivals: number,
    firstReceivedAt: optional(text),
    problem: optional(text),
    repeatAtMs: optional(number),
    notes: list(text),
  }),
);
