import { createNoticeActivities } from '../../src/activities/notices.ts';
import { failure } from '../../src/ports/failures.ts';
import type { NoticeChannel } from '../../src/ports/noticeChannel.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';

const notice: Notice = {
  id: 'notice-1',
  kind: 'opening',
  severity: 'critical',
  account: '111122223333',
  workflowId: 'change-set:cs-1',
  title: 'A title',
  lines: [],
  nextStep: 'Do it',
};

function channel(error?: Error): NoticeChannel & { readonly sent: Notice[] } {
  const sent: Notice[] = [];
  return {
    name: 'test',
    sent,
    send: (each) => {
      sent.push(each);
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  };
}

test('every channel gets the notice', async () => {
  const channels = [channel(), channel()];
  await createNoticeActivities({ channels }).sendNotice(notice);
  expect(channels.map(({ sent }) => sent)).toEqual([[notice], [notice]]);
});

test('a channel that fails keeps it from no other', async () => {
  const broken = failure('Unreachable', 'no answer');
  const channels = [channel(broken), channel()];
  await expect(createNoticeActivities({ channels }).sendNotice(notice)).rejects.toBe(broken);
  expect(channels[1]?.sent).toEqual([notice]);
});

test.each([failure('Unreachable', 'no answer'), new Error('a bug')])(
  'an error worth another try comes before a refusal: %#',
  async (retryable) => {
    const channels = [channel(failure('NoticeRefused', 'no')), channel(retryable)];
    await expect(createNoticeActivities({ channels }).sendNotice(notice)).rejects.toBe(retryable);
  },
);

test('a refusal alone ends the tries', async () => {
  const channels = [channel(failure('NoticeRefused', 'no')), channel()];
  await expect(createNoticeActivities({ channels }).sendNotice(notice)).rejects.toMatchObject({ nonRetryable: true });
});
