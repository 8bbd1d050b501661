import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueState } from '../queues/receiver.ts';
import { metricDefinitions, type MetricName } from './metricDefinitions.ts';
import type { ScrapedMetrics } from './metrics.ts';

/** Upper limits in seconds: most deliveries take some milliseconds, and an answer is out after 5.5 s at the latest. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Whatever a caller calls its refusals, the series stay few. */
const mostReasons = 40;

/** What is known of a queue; undefined where it is not known. */
const ofQueue = {
  steward_queue_up: ({ state }) => (state === 'failing' ? 0 : 1),
  steward_queue_waiting: ({ state }) => (state === 'waiting' ? 1 : 0),
  steward_queue_held_messages: ({ held }) => held,
  steward_queue_delay_seconds: ({ delaySeconds }) => delaySeconds,
  steward_queue_oldest_message_seconds: ({ oldestSeconds = 0 }) => oldestSeconds,
  steward_queue_messages: ({ depth }) => depth?.visible,
  steward_queue_messages_in_flight: ({ depth }) => depth?.others,
  steward_queue_dead_letters: ({ deadLetters }) => deadLetters,
} as const satisfies Record<Extract<MetricName, `steward_queue_${string}`>, (queue: QueueState) => number | undefined>;

/** What prom-client makes a metric of. */
function settingsOf(name: MetricName, registry: Registry) {
  const { help, labels } = metricDefinitions[name];
  return { name, help, labelNames: [...labels], registers: [registry] };
}

/** Gauges that ask for the queues at each scrape. */
function registerQueues(registry: Registry, queues: () => readonly QueueState[]): void {
  for (const name of Object.keys(ofQueue) as Array<keyof typeof ofQueue>) {
    new Gauge({
      ...settingsOf(name, registry),
      collect() {
        this.reset();
        for (const queue of queues()) {
          const value = ofQueue[name](queue);
          if (value !== undefined) this.set({ queue: queue.name }, value);
        }
      },
    });
  }
}

/**
 * Makes the metrics of an ingress, in a registry of their own. They begin at zero. The labels are few: transports, envelopes,
 * outcomes, errors of answers, and the queues of the configuration.
 * @param queues what they are at the moment of a scrape.
 */
export function createIngressMetrics(queues: () => readonly QueueState[]): ScrapedMetrics {
  const registry = new Registry();
  const received = new Counter(settingsOf('steward_ingress_events_received_total', registry));
  const events = new Counter(settingsOf('steward_ingress_events_total', registry));
  const duration = new Histogram({
    ...settingsOf('steward_ingress_event_duration_seconds', registry),
    buckets: durationBuckets,
  });
  const inFlight = new Gauge(settingsOf('steward_ingress_events_in_flight', registry));
  const refused = new Counter(settingsOf('steward_ingress_refused_total', registry));
  new Gauge({
    ...settingsOf('steward_ingress_memory_bytes', registry),
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  registerQueues(registry, queues);
  const reasons = new Set<string>();
  return {
    began(transport, envelope) {
      const labels = { transport, envelope };
      received.inc(labels);
      inFlight.inc(labels);
      const end = duration.startTimer(labels);
      return (outcome) => {
        end({ outcome });
        events.inc({ ...labels, outcome });
        inFlight.dec(labels);
      };
    },
    refused(reason) {
      if (reasons.size < mostReasons) reasons.add(reason);
      refused.inc({ reason: reasons.has(reason) ? reason : 'other' });
    },
    text: () => registry.metrics(),
    mediaType: registry.contentType,
  };
}
