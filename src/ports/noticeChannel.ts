import type { Notice } from '../workflows/shared/notices.ts';

/** Where notices go. Sending the same notice again must do no harm: its `id` tells a repeat. */
export interface NoticeChannel {
  readonly name: string;
  send(notice: Notice): Promise<void>;
}
