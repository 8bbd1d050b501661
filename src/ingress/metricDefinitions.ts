/** What a metric is, for the registry and for the documents. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** The metrics of the ingress, by their names: the registry has these and no others, and `docs/observability.md` lists them. */
export const metricDefinitions = {
  steward_ingress_events_received_total: {
    type: 'counter',
    help: 'Events that have arrived, those included that come again.',
    labels: ['transport', 'envelope'],
  },
  steward_ingress_events_total: {
    type: 'counter',
    help: 'Events by what became of them; unavailable, failed: they stay with their sender.',
    labels: ['transport', 'envelope', 'outcome'],
  },
  steward_ingress_event_duration_seconds: {
    type: 'histogram',
    help: 'From the arrival of an event to what became of it, in seconds.',
    labels: ['transport', 'envelope', 'outcome'],
  },
  steward_ingress_events_in_flight: {
    type: 'gauge',
    help: 'Events that have arrived and of which nothing has become yet.',
    labels: ['transport', 'envelope'],
  },
  steward_ingress_refused_total: {
    type: 'counter',
    help: 'Requests over HTTP that were refused before they were an event, by the error of the answer.',
    labels: ['reason'],
  },
  steward_ingress_memory_bytes: {
    type: 'gauge',
    help: 'Memory of the ingress’s process (resident set), in bytes.',
    labels: [],
  },
  steward_queue_up: {
    type: 'gauge',
    help: '1 while Amazon SQS answers, 0 while it refuses.',
    labels: ['queue'],
  },
  steward_queue_waiting: {
    type: 'gauge',
    help: '1 while nothing is received, because Temporal takes no events.',
    labels: ['queue'],
  },
  steward_queue_held_messages: {
    type: 'gauge',
    help: 'Messages that wait for Temporal in this process.',
    labels: ['queue'],
  },
  steward_queue_delay_seconds: {
    type: 'gauge',
    help: 'From the sending of the newest received message to its receipt, in seconds.',
    labels: ['queue'],
  },
  steward_queue_oldest_message_seconds: {
    type: 'gauge',
    help: 'Age of the oldest message that this process has received and Temporal has not taken, in seconds; 0 without one.',
    labels: ['queue'],
  },
  steward_queue_messages: {
    type: 'gauge',
    help: 'Messages in the queue that wait to be received, as Amazon SQS counts them once a minute.',
    labels: ['queue'],
  },
  steward_queue_messages_in_flight: {
    type: 'gauge',
    help: 'Messages of the queue that some process has received, or that are delayed, as Amazon SQS counts them once a minute.',
    labels: ['queue'],
  },
  steward_queue_dead_letters: {
    type: 'gauge',
    help: 'Messages in the dead-letter queue, as Amazon SQS counts them once a minute.',
    labels: ['queue'],
  },
} as const satisfies Record<string, MetricDefinition>;

/** The name of a metric. */
export type MetricName = keyof typeof metricDefinitions;
