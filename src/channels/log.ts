import type { Logger } from 'pino';
import type { NoticeChannel } from './port.ts';
import type { NoticeSeverity } from '../workflows/shared/notices.ts';

const levels = { information: 'info', warning: 'warn', critical: 'error' } as const satisfies Record<
  NoticeSeverity,
  string
>;

/**
 * Writes each notice as one structured line, its identity first; the severity sets the level. A repeat writes the line
 * again: readers drop repeats by `noticeId`.
 */
export function createLogChannel(name: string, logger: Logger): NoticeChannel {
  return {
    name,
    send: (notice) => {
      const { id, title, ...rest } = notice;
      logger[levels[notice.severity]]({ noticeId: id, ...rest }, title);
      return Promise.resolve();
    },
  };
}
