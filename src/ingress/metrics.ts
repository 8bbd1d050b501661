import type { Receipt } from '../delivery/delivery.ts';
import type { Envelope } from '../events/parse.ts';
import type { QueueState } from '../queues/receiver.ts';

/** How an event reached us. */
export type Transport = 'http' | 'sqs';

/** What an ingress counts. */
export interface IngressMetrics {
  /** Counts an event. @param seconds from its arrival to what became of it. */
  readonly count: (transport: Transport, envelope: Envelope, outcome: Receipt['outcome'], seconds: number) => void;
  /** All of it in the text format of Prometheus, version 0.0.4. */
  readonly text: (queues: readonly QueueState[]) => string;
}

/** The media type of {@link IngressMetrics.text}. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** As the format wants it: a backslash, a quote and a line break are escaped. */
const escaped = (value: string): string =>
  value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));

function labelsText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;
}

function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): readonly string[] {
  const lines = samples.map(([labels, value]) => `${name}${labelsText(labels)} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

interface Tally {
  readonly labels: Labels;
  events: number;
  seconds: number;
}

/** Begins at zero. The labels are few: transports, envelopes, outcomes and the queues of the configuration. */
export function createIngressMetrics(): IngressMetrics {
  const tallies = new Map<string, Tally>();
  return {
    count(transport, envelope, outcome, seconds) {
      const key = `${transport} ${envelope} ${outcome}`;
      const tally = tallies.get(key) ?? { labels: { transport, envelope, outcome }, events: 0, seconds: 0 };
      tally.events += 1;
      tally.seconds += seconds;
      tallies.set(key, tally);
    },
    text(queues) {
      const ofTallies = (value: (tally: Tally) => number): Sample[] =>
        [...tallies.values()].map((tally) => [tally.labels, value(tally)]);
      const ofQueues = (value: (queue: QueueState) => number | undefined): Sample[] =>
        queues.flatMap((queue) => {
          const found = value(queue);
          return found === undefined ? [] : [[{ queue: queue.name }, found] as const];
        });
      return [
        ...family(
          'steward_ingress_events_total',
          'counter',
          'Events by what became of them; unavailable: they stay with their sender.',
          ofTallies(({ events }) => events),
        ),
        ...family(
          'steward_ingress_event_seconds_total',
          'counter',
          'Time from the arrival of events to what became of them, in seconds.',
          ofTallies(({ seconds }) => seconds),
        ),
        ...family(
          'steward_queue_up',
          'gauge',
          '1 while Amazon SQS answers, 0 while it refuses.',
          ofQueues(({ state }) => (state === 'failing' ? 0 : 1)),
        ),
        ...family(
          'steward_queue_waiting',
          'gauge',
          '1 while nothing is received, because Temporal takes no events.',
          ofQueues(({ state }) => (state === 'waiting' ? 1 : 0)),
        ),
        ...family(
          'steward_queue_held_messages',
          'gauge',
          'Messages that wait for Temporal in this process.',
          ofQueues(({ held }) => held),
        ),
        ...family(
          'steward_queue_delay_seconds',
          'gauge',
          'From the sending of the newest received message to its receipt, in seconds.',
          ofQueues(({ delaySeconds }) => delaySeconds),
        ),
        ...family(
          'steward_queue_dead_letters',
          'gauge',
          'Messages in the dead-letter queue.',
          ofQueues(({ deadLetters }) => deadLetters),
        ),
        '',
      ].join('\n');
    },
  };
}
