import type { AuditEntry } from '../shared/operatorCommands.ts';
import type { DigestStateName, DigestSubject, GivenDigestCommand, GroupedNotice, NoticeToGroup } from './contract.ts';

/** What the workflow does now. */
type DigestPhase =
  | { readonly name: 'gathering'; readonly untilMs: number }
  | { readonly name: 'ended'; readonly end: Exclude<DigestStateName, 'gathering'> };

/** All that one digest is: plain JSON, carried through continue-as-new. */
export interface DigestCase {
  readonly version: 1;
  readonly workflowId: string;
  readonly subject: DigestSubject;
  readonly everyMs: number;
  readonly phase: DigestPhase;
  readonly waiting: readonly GroupedNotice[];
  /** The newest notices, by digests of their identities: an activity that is repeated groups its notice again. */
  readonly seen: readonly string[];
  readonly reported: number;
  readonly digests: number;
  readonly lastDecisions: readonly string[];
  readonly notes: readonly string[];
  /** Absent until an operator has given a command. */
  readonly audit?: readonly AuditEntry[];
}

/** What can happen to a digest. */
export type DigestMessage =
  | { readonly type: 'grouped'; readonly notice: NoticeToGroup }
  | { readonly type: 'elapsed' }
  | { readonly type: 'command'; readonly given: GivenDigestCommand }
  | { readonly type: 'cancelled' };

/** A digest of which no notice has come yet. */
export function newDigest(about: Pick<DigestCase, 'workflowId' | 'subject' | 'everyMs'>, nowMs: number): DigestCase {
  return {
    version: 1,
    ...about,
    phase: { name: 'gathering', untilMs: nowMs + about.everyMs },
    waiting: [],
    seen: [],
    reported: 0,
    digests: 0,
    lastDecisions: [],
    notes: [],
  };
}

/** The state as operators see it. */
export function stateName({ phase }: DigestCase): DigestStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}
