import { changeEventUrl, createPagerDutyChannel } from '../../src/channels/pagerDuty.ts';
import type { OutgoingNotice } from '../../src/channels/port.ts';
import { sampleNotice } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';

const routingKey = 'R0UT1NGKEY0123456789abcdefABCDEF';
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  receiver.answers = [{ status: 202, body: '{"status":"success"}' }];
});
afterEach(() => receiver.received.splice(0));
afterAll(() => receiver.close());

async function eventsOf(
  ...notices: ReadonlyArray<Partial<OutgoingNotice>>
): Promise<ReadonlyArray<Record<string, unknown>>> {
  const channel = createPagerDutyChannel({ name: 'pager', url: receiver.url, routingKey });
  for (const notice of notices) await channel.send({ ...sampleNotice, ...notice });
  return receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

test('opening and reminder trigger, an acknowledgement acknowledges, a resolution resolves: under one key', async () => {
  const kinds = ['opening', 'reminder', 'acknowledgement', 'resolution'] as const;
  const events = await eventsOf(...kinds.map((kind) => ({ kind, id: `notice:${kind}` })));
  expect(events.map(({ event_action: action }) => action)).toEqual(['trigger', 'trigger', 'acknowledge', 'resolve']);
  expect(new Set(events.map(({ dedup_key: key }) => key))).toEqual(new Set(['security:111122223333']));
  expect(events.map(({ payload }) => payload)).toEqual(
    kinds.map((kind) =>
      expect.objectContaining({ custom_details: expect.objectContaining({ noticeId: `notice:${kind}` }) }),
    ),
  );
});

test.each([
  ['information', 'info'],
  ['warning', 'warning'],
  ['critical', 'critical'],
] as const)('severity %s is %s there', async (severity, shown) => {
  const [event] = await eventsOf({ severity, eventId: 'security:event' });
  expect(event).toEqual({
    routing_key: routingKey,
    event_action: 'trigger',
    dedup_key: 'security:111122223333',
    client: 'marketplace-steward',
    client_url: sampleNotice.link,
    links: [{ href: sampleNotice.link, text: 'Open in the Web UI' }],
    payload: {
      summary: sampleNotice.title,
      source: 'account 111122223333',
      severity: shown,
      class: 'reminder',
      custom_details: {
        noticeId: sampleNotice.id,
        lines: ['2 products', '3 versions', `Due at ${sampleNotice.dueAt}.`],
        nextStep: 'Fix them',
        eventId: 'security:event',
      },
    },
  });
});

test('a report is a change event at the address beside, with the same key: no incident', async () => {
  const channel = createPagerDutyChannel({ name: 'pager', url: `${receiver.url}/v2/enqueue`, routingKey });
  await channel.send({ ...sampleNotice, kind: 'report', topic: 'changeSet.succeeded', severity: 'information' });
  const [{ path, body } = { path: '', body: '{}' }] = receiver.received;
  expect(path).toMatch(/\/v2\/change\/enqueue$/);
  expect(JSON.parse(body)).toEqual({
    routing_key: routingKey,
    payload: {
      summary: sampleNotice.title,
      source: 'account 111122223333',
      custom_details: {
        noticeId: sampleNotice.id,
        lines: ['2 products', '3 versions', `Due at ${sampleNotice.dueAt}.`],
        nextStep: 'Fix them',
      },
    },
    links: [{ href: sampleNotice.link, text: 'Open in the Web UI' }],
  });
});

test.each([
  ['https://events.pagerduty.com/v2/enqueue', 'https://events.pagerduty.com/v2/change/enqueue'],
  ['https://events.eu.pagerduty.com/v2/enqueue/', 'https://events.eu.pagerduty.com/v2/change/enqueue'],
  ['https://relay.example/pager?team=a', 'https://relay.example/pager/change/enqueue?team=a'],
])('change events of %s go to %s', (url, changes) => {
  expect(changeEventUrl(url)).toBe(changes);
});

test('a key that is too long is a digest, the same one each time', async () => {
  const workflowId = `item:${'x'.repeat(300)}`;
  const events = await eventsOf({ workflowId }, { workflowId, kind: 'resolution' }, { workflowId: `${workflowId}y` });
  const keys = events.map(({ dedup_key: key }) => String(key));
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});
