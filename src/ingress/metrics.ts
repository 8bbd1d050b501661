import type { Receipt } from '../delivery/delivery.ts';
import type { Envelope } from '../events/parse.ts';

/** How an event reached us. */
export type Transport = 'http' | 'sqs';

/** Ends the measurement of one event with what became of it; `failed`: an error of our own, the event stays with its sender. */
type EndOfEvent = (outcome: Receipt['outcome'] | 'failed') => void;

/** What an ingress counts, while it works. */
export interface IngressMetrics {
  /** An event has arrived, and is under way until the function that this gives is called, once. */
  readonly began: (transport: Transport, envelope: Envelope) => EndOfEvent;
  /**
   * A request over HTTP was refused before it was an event.
   * @param reason the `error` of the answer, of which there are few.
   */
  readonly refused: (reason: string) => void;
}

/** Metrics that can be scraped. */
export interface ScrapedMetrics extends IngressMetrics {
  /** All of it in the text format of Prometheus, version 0.0.4. */
  readonly text: () => Promise<string>;
  /** Of that text. */
  readonly mediaType: string;
}

/** Counts nothing, for an ingress whose metrics nobody scrapes. */
export const noMetrics: IngressMetrics = { began: () => () => undefined, refused: () => undefined };
