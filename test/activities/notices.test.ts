import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import fc from 'fast-check';
import { createNoticeActivities, delayAfter, type NoticeOptions } from '../../src/activities/notices.ts';
import { failure } from '../../src/failures.ts';
import { withMarks } from '../../src/logging/marks.ts';
import type { NoticeChannel, NoticeRoute, OutgoingNotice } from '../../src/channels/port.ts';
import type { NoticeDigests } from '../../src/delivery/noticeDigests.ts';
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
const buyerLines = ['Buyer 999900001111'];

interface TestChannel extends NoticeChannel {
  readonly sent: OutgoingNotice[];
}

function channel(name: string, error?: Error): TestChannel {
  const sent: OutgoingNotice[] = [];
  return {
    name,
    sent,
    send: (each) => {
      sent.push(each);
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  };
}

function through(...names: string[]): NoticeRoute {
  return { channels: names, showBuyers: false };
}

/** Runs one attempt of an activity. */
async function run<Result>(
  options: NoticeOptions,
  what: (activities: ReturnType<typeof createNoticeActivities>) => Promise<Result>,
  attempt = 1,
): Promise<Result> {
  const workflowExecution = { workflowId: notice.workflowId, runId: 'run-1' };
  const environment = new MockActivityEnvironment(
    { attempt, workflowNamespace: 'name space', workflowExecution },
    { logger: new DefaultLogger('ERROR', () => undefined) },
  );
  return (await environment.run(() => what(createNoticeActivities(options)))) as Result;
}

describe('sendNotice', () => {
  test('a channel that never ends an attempt is given up, and named', async () => {
    const hangs: NoticeChannel = { name: 'hangs', send: () => new Promise(() => undefined) };
    const options = { channels: [hangs], routes: [through('hangs', 'log')], sendWithinMs: 20 };
    await expect(
      run(options, (activities) => activities.sendNoticeTo({ channel: 'hangs', notice })),
    ).rejects.toMatchObject({ type: 'Unreachable', message: 'the channel did not end within 0.02 s' });
  });

  test('one channel: it is sent at once', async () => {
    const only = channel('log');
    const options = { channels: [only], routes: [through('log')] };
    expect(await run(options, (activities) => activities.sendNotice(notice, []))).toBeUndefined();
    expect(only.sent).toEqual([notice]);
  });

  test('it names the event that it was decided for, also where a later run sends it, which was given another one', async () => {
    const only = channel('log');
    const options = { channels: [only], routes: [through('log')] };
    await withMarks({ eventId: 'the newest' }, () =>
      run(options, async (activities) => {
        await activities.sendNotice({ ...notice, eventId: 'its own' }, []);
        await activities.sendNotice(notice, []);
      }),
    );
    expect(only.sent.map(({ eventId }) => eventId)).toEqual(['its own', 'the newest']);
  });

  test('several channels: it sends nothing and names them', async () => {
    const channels = [channel('log'), channel('ops')];
    const options = { channels, routes: [through('log'), through('ops', 'log')] };
    const left = await run(options, (activities) => activities.sendNotice(notice, []));
    expect(left).toEqual({ channels: ['log', 'ops'] });
    expect(channels.flatMap(({ sent }) => sent)).toEqual([]);
  });

  test('one channel where an earlier notice waits: nothing overtakes that', async () => {
    const only = channel('ops');
    const options = { channels: [only], routes: [through('ops')] };
    expect(await run(options, (activities) => activities.sendNotice(notice, ['ops']))).toEqual({ channels: ['ops'] });
    expect(await run(options, (activities) => activities.sendNotice(notice, ['log']))).toBeUndefined();
    expect(only.sent).toEqual([notice]);
  });

  test.each([
    ['a failure that passes', failure('ServiceFault', 'no'), 500],
    ['Retry-After', failure('Throttled', 'no', { retryAfterMs: 7_000 }), 7_000],
    ['a bug', new Error('a bug'), 500],
  ])('one channel, after %s: its later attempts are its own', async (_name, error, afterMs) => {
    const options = { channels: [channel('ops', error)], routes: [through('ops')], random: () => 0 };
    const left = await run(options, (activities) => activities.sendNotice(notice, []));
    expect(left).toEqual({ channels: ['ops'], afterMs });
  });

  test('one channel that refuses: the failure names it and is final', async () => {
    const refused = failure('NoticeRefused', 'status 404', { context: { operation: 'notice' } });
    const options = { channels: [channel('ops', refused)], routes: [through('ops')] };
    await expect(run(options, (activities) => activities.sendNotice(notice, []))).rejects.toMatchObject({
      message: 'ops: status 404',
      type: 'NoticeRefused',
      nonRetryable: true,
      details: [{ operation: 'notice' }],
    });
  });
});

describe('sendNoticeTo', () => {
  test('sends to the one channel that is named', async () => {
    const channels = [channel('log'), channel('ops')];
    const options = { channels, routes: [through('log', 'ops')] };
    await run(options, (activities) => activities.sendNoticeTo({ channel: 'ops', notice }));
    expect(channels.map(({ sent }) => sent.length)).toEqual([0, 1]);
  });

  test('what passes is tried again with growing delays; the type stays', async () => {
    const options = {
      channels: [channel('ops', failure('Throttled', 'slower', { retryAfterMs: 3_000 }))],
      routes: [through('ops')],
      random: () => 0.5,
    };
    const send = (attempt: number) =>
      run(options, (activities) => activities.sendNoticeTo({ channel: 'ops', notice }), attempt);
    const failed = { type: 'Throttled', message: 'slower', nonRetryable: false, category: 'BENIGN' };
    await expect(send(1)).rejects.toMatchObject({ ...failed, nextRetryDelay: 3_250 });
    await expect(send(5)).rejects.toMatchObject({ ...failed, nextRetryDelay: 12_000 });
  });

  test('a refusal ends the attempts, a bug keeps its name', async () => {
    const options = {
      channels: [channel('ops', failure('NoticeRefused', 'no')), channel('log', new TypeError('a bug'))],
      routes: [through('ops', 'log')],
    };
    const send = (name: string) => run(options, (activities) => activities.sendNoticeTo({ channel: name, notice }));
    await expect(send('ops')).rejects.toMatchObject({ type: 'NoticeRefused', nonRetryable: true });
    await expect(send('log')).rejects.toThrow(new TypeError('a bug'));
  });

  test('a channel that has left the configuration is waited for', async () => {
    const options = { channels: [], routes: [through('ops')] };
    await expect(
      run(options, (activities) => activities.sendNoticeTo({ channel: 'ops', notice })),
    ).rejects.toMatchObject({ type: 'NotConfigured', nonRetryable: false });
  });
});

describe('what a channel is given', () => {
  test('buyers only where a route shows them', async () => {
    const channels = [channel('log'), channel('ops')];
    const routes = [through('log', 'ops'), { channels: ['ops'], accounts: [notice.account], showBuyers: true }];
    for (const { name } of channels) {
      const reported = { channel: name, notice: { ...notice, buyerLines } };
      await run({ channels, routes }, (activities) => activities.sendNoticeTo(reported));
    }
    expect(channels.map(({ sent }) => sent)).toEqual([[notice], [{ ...notice, buyerLines }]]);
    const elsewhere = { ...notice, account: '444455556666', buyerLines };
    await run({ channels, routes }, (activities) => activities.sendNoticeTo({ channel: 'ops', notice: elsewhere }));
    expect(channels[1]?.sent[1]).not.toHaveProperty('buyerLines');
  });

  test('the lists of the notice as addresses, where the Web UI has one', async () => {
    const only = channel('log');
    const lists = [{ title: 'What needs me?', query: 'StewardAttention=true AND A="b&c"' }];
    const routes = [through('log')];
    await run({ channels: [only], routes, webUiUrl: 'https://temporal.example.com' }, (activities) =>
      activities.sendNotice({ ...notice, lists }, []),
    );
    await run({ channels: [only], routes }, (activities) => activities.sendNotice({ ...notice, lists }, []));
    const query = 'StewardAttention%3Dtrue%20AND%20A%3D%22b%26c%22';
    const address = `https://temporal.example.com/namespaces/name%20space/workflows?query=${query}`;
    expect(only.sent.map(({ links }) => links)).toEqual([[{ title: 'What needs me?', address }], undefined]);
    expect(only.sent[1]).not.toHaveProperty('lists');
  });

  test('a link to the page of this very run', async () => {
    const only = channel('log');
    const options = { channels: [only], routes: [through('log')], webUiUrl: 'https://temporal.example.com/' };
    await run(options, (activities) => activities.sendNotice(notice, []));
    await run(options, (activities) => activities.sendNotice({ ...notice, workflowId: 'other' }, []));
    expect(only.sent.map(({ link }) => link)).toEqual([
      'https://temporal.example.com/namespaces/name%20space/workflows/change-set%3Acs-1/run-1/user-metadata',
      'https://temporal.example.com/namespaces/name%20space/workflows/other',
    ]);
  });
});

describe('the daily digest of what observe mode kept back', () => {
  const observed = 'cs-1: attempt 1 by rule 8';
  const kept: Notice = { ...notice, severity: 'information', observed };
  const daily = (...names: string[]): NoticeRoute => ({ ...through(...names), topics: ['changeSet.observed'] });

  /** Takes what is added, or fails. */
  function gathering(error?: Error) {
    const added: unknown[] = [];
    const digests: NoticeDigests = {
      add: ({ id, kind, title }, subject, everyMs) => {
        added.push({ id, kind, title, subject, everyMs });
        return error === undefined ? Promise.resolve() : Promise.reject(error);
      },
      isGathering: () => Promise.resolve(false),
    };
    return { digests, added };
  }

  test('each route that asks for it has the line in its digest, and the notice goes out as ever, without the line', async () => {
    const { digests, added } = gathering();
    const log = channel('log');
    const routes = [
      through('log'),
      daily('team', 'ops'),
      { ...daily('elsewhere'), accounts: ['444455556666'] },
      { ...through('pager'), topics: ['changeSet.succeeded'] as const },
    ];
    await run({ channels: [log], routes, digests }, (activities) => activities.sendNotice(kept, []));
    const { account, id } = notice;
    const line = { id, kind: 'report', title: observed, everyMs: 86_400_000 };
    expect(added).toEqual([
      { ...line, subject: { channel: 'team', account, matter: 'observed' } },
      { ...line, subject: { channel: 'ops', account, matter: 'observed' } },
    ]);
    const { observed: _line, ...sent } = kept;
    expect(log.sent).toEqual([sent]);
  });

  test('without such a route, and for any other notice, nothing is added', async () => {
    const { digests, added } = gathering();
    const channels = [channel('log')];
    await run({ channels, digests, routes: [through('log')] }, (activities) => activities.sendNotice(kept, []));
    const routes = [through('log'), daily('log')];
    await run({ channels, digests, routes }, (activities) => activities.sendNotice(notice, []));
    expect(added).toEqual([]);
  });

  test('where Temporal does not take it, nothing has gone out yet, and all of it is attempted again', async () => {
    const { digests } = gathering(failure('Unreachable', 'no answer'));
    const only = channel('log');
    const options = { channels: [only], routes: [through('log'), daily('log')], digests };
    await expect(run(options, (activities) => activities.sendNotice(kept, []))).rejects.toThrow('no answer');
    expect(only.sent).toEqual([]);
  });

  test('where Temporal never will, the notice goes out all the same', async () => {
    const { digests } = gathering(failure('NoticeRefused', 'too large'));
    const only = channel('log');
    const options = { channels: [only], routes: [through('log'), daily('log')], digests };
    await run(options, (activities) => activities.sendNotice(kept, []));
    expect(only.sent).toHaveLength(1);
  });
});

test('delays grow, differ by chance, and never undercut what was asked for', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 3_600_000 }),
      chance,
      (attempt, askedMs, by) => {
        const delayMs = delayAfter(attempt, askedMs, () => by);
        const growingMs = Math.min(1_000 * 2 ** (attempt - 1), 900_000);
        expect(delayMs).toBeGreaterThanOrEqual(Math.max(askedMs, growingMs / 2));
        expect(delayMs).toBeLessThanOrEqual(Math.max(askedMs, growingMs / 2) + growingMs / 2);
      },
    ),
  );
  const [least, most] = [delayAfter(8, 0, () => 0), delayAfter(8, 0, () => 1)];
  expect([least, most]).toEqual([64_000, 128_000]);
});
