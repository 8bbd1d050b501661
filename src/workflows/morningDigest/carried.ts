import { carriedReader } from '../shared/carried.ts';
import { list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { MorningCase, ReportedBefore } from './state.ts';

/** Reads what a run before has carried. */
export const readMorning = carriedReader<MorningCase>(
  'morningDigest',
  1,
  members<MorningCase>({
    version: oneOf(1),
    workflowId: text,
    firstRunId: text,
    digestId: text,
    accounts: optional(list(text)),
    at: text,
    timeZone: text,
    lateAfterMs: number,
    plannedAt: text,
    since: text,
    before: members<ReportedBefore>({ sentDay: optional(text), reportedUntil: optional(text) }),
    phase: variants<'name', MorningCase['phase']>('name', {
      collecting: members({ name: oneOf('collecting') }),
      ended: members({
        name: oneOf('ended'),
        end: oneOf('reported', 'sentBefore', 'notAsked', 'tooLate', 'failed', 'abandoned'),
      }),
    }),
    said: optional(members<NonNullable<MorningCase['said']>>({ title: text, lines: list(text) })),
    notes: list(text),
  }),
);
