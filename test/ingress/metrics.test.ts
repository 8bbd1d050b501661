import { createIngressMetrics } from '../../src/ingress/metrics.ts';

test('events are counted by transport, envelope and outcome, and queues have what they are', () => {
  const metrics = createIngressMetrics();
  metrics.count('sqs', 'eventbridge', 'delivered', 0.5);
  metrics.count('sqs', 'eventbridge', 'delivered', 0.25);
  metrics.count('http', 'webhook', 'unavailable', 2.5);
  const lines = metrics
    .text([
      { name: '111122223333/a', state: 'receiving', held: 0, deadLetters: 3, delaySeconds: 1.5 },
      { name: 'b"\\\n', state: 'failing', held: 2, error: 'AccessDenied' },
    ])
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  expect(lines).toEqual([
    'steward_ingress_events_total{transport="sqs",envelope="eventbridge",outcome="delivered"} 2',
    'steward_ingress_events_total{transport="http",envelope="webhook",outcome="unavailable"} 1',
    'steward_ingress_event_seconds_total{transport="sqs",envelope="eventbridge",outcome="delivered"} 0.75',
    'steward_ingress_event_seconds_total{transport="http",envelope="webhook",outcome="unavailable"} 2.5',
    'steward_queue_up{queue="111122223333/a"} 1',
    'steward_queue_up{queue="b\\"\\\\\\n"} 0',
    'steward_queue_waiting{queue="111122223333/a"} 0',
    'steward_queue_waiting{queue="b\\"\\\\\\n"} 0',
    'steward_queue_held_messages{queue="111122223333/a"} 0',
    'steward_queue_held_messages{queue="b\\"\\\\\\n"} 2',
    'steward_queue_delay_seconds{queue="111122223333/a"} 1.5',
    'steward_queue_dead_letters{queue="111122223333/a"} 3',
    '',
  ]);
});

test('before the first event there is nothing but what the numbers mean', () => {
  const lines = createIngressMetrics().text([]).split('\n');
  expect(lines.every((line) => line === '' || line.startsWith('#'))).toBe(true);
});
