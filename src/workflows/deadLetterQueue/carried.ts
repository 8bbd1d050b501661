import { carriedReader } from '../shared/carried.ts';
import { list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { DeadLetters } from './state.ts';

/** Reads what a run before has carried. */
export const readDeadLetters = carriedReader<DeadLetters>(
  'deadLetterQueue',
  1,
  members<DeadLetters>({
    version: oneOf(1),
    workflowId: text,
    region: text,
    name: text,
    source: text,
    phase: variants<'name', DeadLetters['phase']>('name', {
      filled: members({ name: oneOf('filled') }),
      ended: members({ name: oneOf('ended'), end: oneOf('emptied', 'abandoned') }),
    }),
    count: number,
    since: optional(text),
    countedAt: optional(text),
    notes: list(text),
  }),
);
