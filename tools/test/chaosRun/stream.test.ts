import type { Plan } from '../../chaos/records.ts';
import type { Departure, Sender } from '../../chaos/run/sender.ts';
import { atTimes, playStream, putsBefore } from '../../chaos/run/stream.ts';

const startMs = Date.parse('2026-11-30T12:00:00Z');
const streamMs = 100_000;
const event = { way: 'http', vendor: 'aws', workflowId: 'w' } as const;
const plan: Plan = {
  seed: 1,
  accounts: [],
  commands: [],
  puts: [
    { vendor: 'aws', name: 'plan', body: { at: '<<start-60>>' } },
    { vendor: 'aws', name: 'change-sets', before: 'second', body: { at: '<<sent-1>>' } },
  ],
  events: [
    { ...event, key: 'first', body: 'due <<start+90>>, sent <<sent+0>>', sentAt: [0.1, 0.3] },
    { ...event, key: 'second', body: '<<sent+5>>', sentAt: [0.2] },
  ],
};

test('fills in times by the stream’s begin, and by when an event sets out first', () => {
  const { events, puts } = atTimes(plan, startMs, streamMs);
  expect(events.map(({ body }) => body)).toEqual([
    'due 2026-11-30T12:01:30Z, sent 2026-11-30T12:00:10Z',
    '2026-11-30T12:00:25Z',
  ]);
  expect(puts.map(({ body }) => body)).toEqual([{ at: '2026-11-30T11:59:00Z' }, { at: '2026-11-30T12:00:19Z' }]);
});

test('sends every copy in order, and puts what a vendor shows of an event right before it', async () => {
  const order: string[] = [];
  const sender = {
    send: async ({ key, copy }: Departure) => void order.push(`${key} ${copy}`),
    underWay: () => 0,
  } as Sender;
  const shares: number[] = [];
  await playStream({
    plan,
    sender,
    put: async ({ name }) => void order.push(name),
    streamMs: 0,
    withinMs: 60_000,
    signal: new AbortController().signal,
    onShare: (share) => shares.push(share),
  });
  expect(order).toEqual(['first 0', 'change-sets', 'second 0', 'first 1']);
  expect(shares.at(-1)).toBe(1);
  expect(putsBefore(plan).map(({ name }) => name)).toEqual(['plan']);
});

test('ends where nothing acknowledges any more', async () => {
  const stuck = { send: async () => undefined, underWay: () => 1_000 } as unknown as Sender;
  const playing = playStream({
    plan,
    sender: stuck,
    put: async () => undefined,
    streamMs: 0,
    withinMs: 30,
    signal: new AbortController().signal,
    onShare: () => undefined,
  });
  await expect(playing).rejects.toThrow('the stream takes longer than 30 ms');
});
