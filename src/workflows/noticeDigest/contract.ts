import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CommandedStatus, WorkflowContract } from '../shared/contract.ts';
import type { Notice } from '../shared/notices.ts';
import type { CommandName, GivenCommand, OperatorCommands } from '../shared/operatorCommands.ts';
import { fittingWorkflowId } from '../shared/workflowIds.ts';

/** The workflow type, as registered in the bundle. */
export const noticeDigestType = 'noticeDigest';

/** Which notices one digest is about: those through one channel, of one account, about matters of one kind. */
export interface DigestSubject {
  readonly channel: string;
  readonly account: string;
  /** What the ids of the workflows that send them begin with: `change-set`, `quarantine`, … */
  readonly matter: string;
}

/** The id of the workflow that gathers notices: `notice-digest:{channel}:{matter}:{account}`. PagerDuty gets it as key. */
export function noticeDigestWorkflowId({ channel, account, matter }: DigestSubject): string {
  return fittingWorkflowId(`notice-digest:${channel}:${matter}:${account}`);
}

/** The matter of what observe mode kept back. Its digests come once a day, and only where a route asks for them. */
export const observedMatter = 'observed';

/** How long the title of a grouped notice may be, in characters; one of what observe mode kept back is a whole line. */
export const longestTitle = { usual: 250, observed: 450 } as const;

/** The states, as `StewardState` shows them. */
export type DigestStateName = 'gathering' | 'quiet' | 'abandoned';

/** What a digest says of one notice. */
export type GroupedNotice = Pick<Notice, 'id' | 'kind' | 'severity' | 'title'>;

/** A notice to be grouped. */
export interface NoticeToGroup extends GroupedNotice {
  /** Between two digests, in milliseconds, as the configuration has it by now: the next period is as long. */
  readonly everyMs?: number;
}

/** What a run starts from. */
export interface NoticeDigestInput extends DigestSubject {
  readonly version: 1;
  /** Between two digests, in milliseconds. */
  readonly everyMs: number;
}

/** What operators can do. */
export const digestCommands = {
  send: {
    summary: 'Send the digest of what waits now; the next period begins then.',
    takenIn: ['gathering'],
    fields: [],
    sameDecision: 'never',
  },
} as const satisfies OperatorCommands<DigestStateName>;

/** The name of one of the commands. */
export type DigestCommand = CommandName<typeof digestCommands>;

/** One of the commands with its data. */
export type GivenDigestCommand = GivenCommand<typeof digestCommands>;

/** What the status query answers, and what a closed run leaves as its result. */
export interface DigestStatus extends CommandedStatus<DigestStateName, DigestCommand>, DigestSubject {
  /** Notices that digests have reported, and those that wait for the next one. */
  readonly reported: number;
  readonly waiting: number;
  readonly digests: number;
  /** Identities of the decisions in the newest digest. */
  readonly lastDecisions: readonly string[];
}

export const noticeGroupedSignal = defineSignal<[NoticeToGroup]>('noticeGrouped');
const digestStatusQuery = defineQuery<DigestStatus>('status');

/** What others need to know of the workflow. */
export const noticeDigestContract = {
  type: noticeDigestType,
  idPrefixes: ['notice-digest:'],
  states: { gathering: true, quiet: true, abandoned: true },
  statusQuery: digestStatusQuery,
  commands: digestCommands,
} as const satisfies WorkflowContract<DigestStatus>;
