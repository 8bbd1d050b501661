import { proxyActivities } from '@temporalio/workflow';
import type { NoticeActivities } from '../../activities/notices.ts';
import { readFailure } from './failures.ts';
import type { Notice } from './notices.ts';
import { startOutbox, type Outbox } from './outbox.ts';

const minuteMs = 60_000;

/** A channel that is broken for an hour is left to the operators, who see it in the notes. */
const notices = proxyActivities<NoticeActivities>({
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: 60 * minuteMs,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
});

/**
 * Starts an outbox of notices.
 * @param note takes a sentence for operators about a notice that could not be sent.
 */
export function startNoticeOutbox(note: (sentence: string) => void): Outbox<Notice> {
  return startOutbox<Notice>(async (notice) => {
    try {
      await notices.sendNotice(notice);
    } catch (error) {
      note(`Not sent (${notice.id}): ${readFailure(error).sentence}`);
    }
  });
}
