import type { EventDelivery, RedeliveryResult } from '../../delivery/eventDelivery.ts';

/** Activities of a quarantined event. */
export interface QuarantineActivities {
  /** Reads the bytes (base64) with today's parser and delivers what they say. Throws Unreachable. */
  redeliver(kept: {
    readonly envelope: 'eventbridge' | 'webhook';
    readonly bytesBase64: string;
  }): Promise<RedeliveryResult>;
}

/** Makes the activities over the one way by which events reach workflows. */
export function createQuarantineActivities({
  delivery,
}: {
  delivery: Pick<EventDelivery, 'redeliver'>;
}): QuarantineActivities {
  return {
    redeliver: ({ envelope, bytesBase64 }) => delivery.redeliver(envelope, Buffer.from(bytesBase64, 'base64')),
  };
}
