import type { EventDelivery } from '../../delivery/eventDelivery.ts';
import type { QuarantineActivities } from '../../workflows/quarantinedEvent/contract.ts';

/** Makes the activities over the delivery of events. */
export function createQuarantineActivities({
  delivery,
}: {
  delivery: Pick<EventDelivery, 'redeliver'>;
}): QuarantineActivities {
  return {
    redeliver: ({ envelope, bytesBase64, heldBy }) =>
      delivery.redeliver(envelope, Buffer.from(bytesBase64, 'base64'), heldBy),
  };
}
