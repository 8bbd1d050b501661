import { readFileSync } from 'node:fs';
import { register } from 'prom-client';
import { metricDefinitions } from '../../src/ingress/metricDefinitions.ts';
import { createIngressMetrics } from '../../src/ingress/prometheus.ts';
import { observabilityPage } from '../../tools/pages/observabilityPage.ts';

const samplesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('events are counted by transport, envelope and outcome, while they are under way and when they end', async () => {
  const metrics = createIngressMetrics(() => []);
  metrics.began('sqs', 'eventbridge')('delivered');
  const end = metrics.began('sqs', 'eventbridge');
  metrics.began('http', 'webhook')('unavailable');
  const sqs = 'transport="sqs",envelope="eventbridge"';
  const before = samplesOf(await metrics.text());
  expect(before).toEqual(
    expect.arrayContaining([
      `steward_ingress_events_received_total{${sqs}} 2`,
      `steward_ingress_events_total{${sqs},outcome="delivered"} 1`,
      'steward_ingress_events_total{transport="http",envelope="webhook",outcome="unavailable"} 1',
      `steward_ingress_events_in_flight{${sqs}} 1`,
      'steward_ingress_events_in_flight{transport="http",envelope="webhook"} 0',
    ]),
  );
  end('failed');
  expect(samplesOf(await metrics.text())).toEqual(
    expect.arrayContaining([
      `steward_ingress_events_total{${sqs},outcome="failed"} 1`,
      `steward_ingress_events_in_flight{${sqs}} 0`,
      `steward_ingress_event_duration_seconds_count{${sqs},outcome="failed"} 1`,
      `steward_ingress_event_duration_seconds_bucket{le="+Inf",${sqs},outcome="delivered"} 1`,
    ]),
  );
});

test('queues have what they are at the moment of the scrape, and nothing of what is not known', async () => {
  const states = [
    {
      name: '111122223333/a',
      state: 'receiving' as const,
      held: 0,
      deadLetters: 3,
      delaySeconds: 1.5,
      oldestSeconds: 0.5,
      depth: { visible: 7, others: 2 },
    },
    { name: 'b"\\\n', state: 'failing' as const, held: 2, error: 'AccessDenied' },
  ];
  const metrics = createIngressMetrics(() => states);
  expect(samplesOf(await metrics.text()).filter((line) => line.startsWith('steward_queue'))).toEqual([
    'steward_queue_up{queue="111122223333/a"} 1',
    'steward_queue_up{queue="b\\"\\\\\\n"} 0',
    'steward_queue_waiting{queue="111122223333/a"} 0',
    'steward_queue_waiting{queue="b\\"\\\\\\n"} 0',
    'steward_queue_held_messages{queue="111122223333/a"} 0',
    'steward_queue_held_messages{queue="b\\"\\\\\\n"} 2',
    'steward_queue_delay_seconds{queue="111122223333/a"} 1.5',
    'steward_queue_oldest_message_seconds{queue="111122223333/a"} 0.5',
    'steward_queue_oldest_message_seconds{queue="b\\"\\\\\\n"} 0',
    'steward_queue_messages{queue="111122223333/a"} 7',
    'steward_queue_messages_in_flight{queue="111122223333/a"} 2',
    'steward_queue_dead_letters{queue="111122223333/a"} 3',
  ]);
  states.length = 0;
  expect(samplesOf(await metrics.text()).filter((line) => line.startsWith('steward_queue'))).toEqual([]);
});

test('refusals are counted by their reason; of reasons without end most are one', async () => {
  const metrics = createIngressMetrics(() => []);
  for (let index = 0; index < 500; index += 1) metrics.refused(`reason${index}`);
  metrics.refused('reason0');
  const refusals = samplesOf(await metrics.text()).filter((line) => line.startsWith('steward_ingress_refused_total'));
  expect(refusals).toHaveLength(41);
  expect(refusals).toContain('steward_ingress_refused_total{reason="reason0"} 2');
  expect(refusals).toContain('steward_ingress_refused_total{reason="other"} 460');
});

test('the registry has the metrics of the table and no others, each of its type, and none is in the default registry', async () => {
  const text = await createIngressMetrics(() => []).text();
  const found = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(metricDefinitions).map(([name, { type }]) => [name, type])),
  );
  expect(register.getMetricsAsArray()).toEqual([]);
});

test('the table of docs/observability.md is that of the code', () => {
  const page = readFileSync('docs/observability.md', 'utf8');
  const spaceless = (text: string) => text.replaceAll(/[ -]+/g, ' ');
  expect(spaceless(observabilityPage(page)) === spaceless(page) ? 'up to date' : 'run `npm run pages`').toBe(
    'up to date',
  );
});
