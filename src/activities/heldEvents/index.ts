import type { HeldSettling } from '../../delivery/heldSettling.ts';
import type { HeldEventsActivities } from '../../workflows/heldEvents/contract.ts';

/** Makes the activities over the delivery of messages to held bytes. */
export function createHeldEventsActivities({ settling }: { settling: HeldSettling }): HeldEventsActivities {
  return { settleHeld: (request) => settling.settle(request) };
}
