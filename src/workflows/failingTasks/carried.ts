import { carriedReader } from '../shared/carried.ts';
import { list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { FailingTasks, KnownGroup } from './state.ts';

/** Reads what a run before has carried. */
export const readFailingTasks = carriedReader<FailingTasks>(
  'failingTasks',
  1,
  members<FailingTasks>({
    version: oneOf(1),
    phase: variants<'name', FailingTasks['phase']>('name', {
      failing: members({ name: oneOf('failing') }),
      ended: members({ name: oneOf('ended'), end: oneOf('recovered', 'abandoned') }),
    }),
    groups: list(
      members<KnownGroup>({
        workflowType: text,
        cause: text,
        message: optional(text),
        count: number,
        workflowIds: list(text),
        since: text,
      }),
    ),
    checkedAtMs: number,
    notes: list(text),
  }),
);
