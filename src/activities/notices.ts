import { ApplicationFailure } from '@temporalio/common';
import type { NoticeChannel } from '../ports/noticeChannel.ts';
import type { Notice } from '../workflows/shared/notices.ts';

/** Activities that tell people something. */
export interface NoticeActivities {
  /**
   * Sends a notice through every channel; one that fails does not keep it from the others. Throws the error of a
   * channel that failed, one worth another try before one that is not.
   */
  sendNotice(notice: Notice): Promise<void>;
}

/** Makes the activities over the channels; without any, a notice goes nowhere. */
export function createNoticeActivities({ channels }: { channels: readonly NoticeChannel[] }): NoticeActivities {
  return {
    sendNotice: async (notice) => {
      const results = await Promise.allSettled(channels.map((channel) => channel.send(notice)));
      const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      if (errors.length > 0) throw errors.find(isRetryable) ?? errors[0];
    },
  };
}

function isRetryable(error: unknown): boolean {
  return !(error instanceof ApplicationFailure && error.nonRetryable === true);
}
