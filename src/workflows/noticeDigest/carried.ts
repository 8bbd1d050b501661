import { audit, carriedReader } from '../shared/carried.ts';
import { list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { DigestSubject, GroupedNotice } from './contract.ts';
import type { DigestCase } from './state.ts';

/** Reads what a run before has carried. */
export const readDigest = carriedReader<DigestCase>(
  'noticeDigest',
  1,
  members<DigestCase>({
    version: oneOf(1),
    workflowId: text,
    subject: members<DigestSubject>({ channel: text, account: text, matter: text }),
    everyMs: number,
    phase: variants<'name', DigestCase['phase']>('name', {
      gathering: members({ name: oneOf('gathering'), untilMs: number }),
      ended: members({ name: oneOf('ended'), end: oneOf('quiet', 'abandoned') }),
    }),
    waiting: list(
      members<GroupedNotice>({
        id: text,
        kind: oneOf('opening', 'reminder', 'acknowledgement', 'resolution', 'report'),
        severity: oneOf('information', 'warning', 'critical'),
        title: text,
      }),
    ),
    seen: list(text),
    reported: number,
    digests: number,
    lastDecisions: list(text),
    notes: list(text),
    audit: optional(audit),
  }),
);
