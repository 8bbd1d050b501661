import type { Client } from '@temporalio/client';
import {
  longestTitle,
  noticeDigestType,
  noticeDigestWorkflowId,
  noticeGroupedSignal,
  observedMatter,
  type DigestStateName,
  type DigestSubject,
  type NoticeDigestInput,
  type NoticeToGroup,
} from '../workflows/noticeDigest/contract.ts';
import { digestSubject } from '../workflows/noticeDigest/subject.ts';
import { plain } from '../workflows/shared/markdown.ts';
import { digestPriority } from '../workflows/shared/priorities.ts';
import type { Notice } from '../workflows/shared/notices.ts';
import { deliverOrThrow, deliverWithinMs } from './deliver.ts';
import { fitSummary } from './routing/text.ts';

/** Hands notices over to the workflows that make digests of them. */
export interface NoticeDigests {
  /**
   * @param everyMs between two digests, in milliseconds.
   * @throws Unreachable where Temporal does not take it.
   */
  add(notice: Notice, subject: DigestSubject, everyMs: number): Promise<void>;
  /**
   * Whether a digest gathers such notices now, whichever worker began it. It costs no action. False where Temporal does not
   * say: a notice that nothing groups does no harm.
   */
  isGathering(subject: DigestSubject): Promise<boolean>;
}

/** Makes {@link NoticeDigests}. Each notice costs one signalWithStart. */
export function createNoticeDigests(client: Client): NoticeDigests {
  return {
    async add({ id, kind, severity, title }, subject, everyMs) {
      const { channel, account, matter } = subject;
      const input: NoticeDigestInput = { version: 1, ...subject, everyMs };
      const longest = matter === observedMatter ? longestTitle.observed : longestTitle.usual;
      const message: NoticeToGroup = { id, kind, severity, title: title.slice(0, longest), everyMs };
      await deliverOrThrow(client, {
        kind: 'noticeDigest',
        eventId: id,
        workflowType: noticeDigestType,
        workflowId: noticeDigestWorkflowId(subject),
        input,
        signal: { name: noticeGroupedSignal.name, message },
        attributes: {
          state: 'gathering' satisfies DigestStateName,
          account,
          attention: false,
          subject: digestSubject(subject, 'gathering'),
        },
        staticSummary: fitSummary(`Notices of ${plain(account)} (${plain(matter)}) through ${plain(channel)}`),
        staticDetails: `- **Channel:** ${plain(channel)}\n- **Account:** ${plain(account)}`,
        afterCompletion: 'startAgain',
        priority: digestPriority,
      });
    },
    async isGathering(subject) {
      const handle = client.workflow.getHandle(noticeDigestWorkflowId(subject));
      try {
        const { status } = await client.withDeadline(Date.now() + deliverWithinMs, () => handle.describe());
        return status.name === 'RUNNING';
      } catch {
        return false;
      }
    },
  };
}
