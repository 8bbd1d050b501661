import type { Client } from '@temporalio/client';
import { createNoticeDigests } from '../../src/delivery/noticeDigests.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
import { permitsPriority, priorityOf } from '../../src/workflows/shared/priorities.ts';

const subject = { channel: 'team', account: '123456789012', matter: 'change-set' };

/** A Temporal that keeps how workflows are started, and says that those with a status are in it. */
function temporal(status?: string) {
  const started: unknown[] = [];
  const client = {
    withDeadline: <Answer>(_: number, call: () => Promise<Answer>) => call(),
    workflow: {
      signalWithStart: (_: string, options: unknown) => Promise.resolve(started.push(options)),
      getHandle: () => ({
        describe: () => (status ? Promise.resolve({ status: { name: status } }) : Promise.reject(new Error('none'))),
      }),
    },
  };
  return { client: client as unknown as Client, started };
}

test('a digest goes before the lineages of the flood that it speaks for, and behind the permits', async () => {
  const { client, started } = temporal();
  const notice: Notice = {
    id: 'change-set:a:question',
    kind: 'opening',
    severity: 'warning',
    account: subject.account,
    workflowId: 'change-set:a',
    title: 'A title',
    lines: [],
    nextStep: 'Decide.',
  };
  await createNoticeDigests(client).add(notice, subject, 900_000);
  expect(started).toMatchObject([{ workflowId: 'notice-digest:team:change-set:123456789012' }]);
  const [{ priority }] = started as [{ priority: { priorityKey: number } }];
  expect(priority.priorityKey).toBeLessThan(priorityOf(subject.account).priorityKey ?? 0);
  expect(priority.priorityKey).toBeGreaterThan(permitsPriority.priorityKey);
});

test.each([
  ['RUNNING', true],
  ['COMPLETED', false],
  [undefined, false],
])('a digest that is %p gathers: %p', async (status, gathers) => {
  expect(await createNoticeDigests(temporal(status).client).isGathering(subject)).toBe(gathers);
});
