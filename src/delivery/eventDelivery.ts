import type { Client } from '@temporalio/client';
import pMap from 'p-map';
import { failure } from '../failures.ts';
import { changeSetWorkflowId, type ChangeSetOutcomeMessage } from '../workflows/changeSetRemediation/contract.ts';
import { readMarker } from '../workflows/changeSetRemediation/lineage.ts';
import { deliver, deliverOrThrow } from './deliver.ts';
import type { Delivery, Hold, RouteContext } from './delivery.ts';
import { headingDelivery, sha256Of } from './held.ts';
import { quarantineDelivery } from './quarantine.ts';
import { read, type Reading } from './read.ts';
import { deliverEvent, ignoredBy } from './receive.ts';
import { owningLineage } from './listedChangeSets.ts';
import { unknownKindHold } from './receiveUnknownKind.ts';
import { ownChangeSetDelivery } from './routing/routeChangeSet.ts';
import { describeOrThrow } from './workflows.ts';
import type { FanOutResult } from '../workflows/eventFanOut/contract.ts';
import type { RedeliveryResult } from '../workflows/quarantinedEvent/contract.ts';

/** Parts of one event that are delivered at once. */
const partsAtOnce = 10;

const testAgain = 'a test event: it shows where events arrive, and a replay would show nothing';

/**
 * Held events are replayed in any order: the agreement of an offer may come before the release that opens its watch, and
 * waits for it there.
 */
function inAnyOrder([first, ...others]: readonly [Delivery, ...Delivery[]]): readonly [Delivery, ...Delivery[]] {
  if (first.kind !== 'agreement.created') return [first, ...others];
  const { onlyIfOpen: _onlyIfOpen, ...own } = first;
  return [own, ...others];
}

/** Why an event of many parts is not delivered. */
function whyNot(reading: Exclude<Reading, { readonly outcome: 'deliver' }>): string {
  if (reading.outcome === 'test') return testAgain;
  return reading.outcome === 'hold' ? reading.hold.reason : reading.reason;
}

/** The delivery of events, for activities. */
export interface EventDelivery {
  /**
   * Reads bytes with today's parser and delivers what they say. Throws Unreachable where Temporal does not take it.
   * @param heldBy the workflow that knows that the bytes are held, if one does.
   */
  redeliver(envelope: 'eventbridge' | 'webhook', bytes: Uint8Array, heldBy?: string): Promise<RedeliveryResult>;
  /**
   * Delivers every part of an event that is not done. What today's reading does not deliver goes to the quarantine.
   * @param done positions of the parts that Temporal has; those that it takes now are added.
   * @throws Unreachable where Temporal did not take one; the others were delivered all the same.
   */
  fanOut(
    envelope: 'eventbridge' | 'webhook',
    bytes: Uint8Array,
    done: Set<number>,
    signal: AbortSignal,
  ): Promise<FanOutResult>;
  /**
   * Delivers an outcome to the workflow of its own change set, for an event that a lineage did not own. Where the lineage
   * that its marker names has taken it in meanwhile, that one knows its outcome, and nothing is opened. Gives the id of the
   * workflow that has it.
   */
  deliverOutcome(message: ChangeSetOutcomeMessage): Promise<string>;
  /**
   * Whether the workflow that a change set belongs to, by the marker of its name or by its own id, has ended. One that is not
   * there yet has not: its event, or the check for lost events, starts it.
   * @throws Unreachable where Temporal does not answer.
   */
  isClosed(changeSet: { readonly changeSetId: string; readonly name?: string }): Promise<boolean>;
}

/**
 * Delivery for activities, by the same reading and routing as the ingress.
 * Throws Unreachable where Temporal did not take it: the activity runs again.
 */
export function createEventDelivery(client: Client, context: RouteContext): EventDelivery {
  /** The bytes are kept already; the workflow that asks for all hears of them unless it is the one that holds them. */
  async function stillHeld(bytes: Uint8Array, hold: Hold, heldBy: string | undefined): Promise<RedeliveryResult> {
    const seen = { count: 1, receivedAt: new Date().toISOString(), sha256: sha256Of(bytes) };
    const heading = headingDelivery(hold, seen, context);
    const { reason, account } = hold;
    if (heldBy !== heading.workflowId) {
      const reported = await deliver(client, heading);
      if (reported.outcome === 'unavailable') throw failure('Unreachable', reported.reason);
      if (reported.outcome === 'duplicate') return { outcome: 'ignored', reason };
    }
    return { outcome: 'held', reason, holding: { heldBy: heading.workflowId, account } };
  }

  return {
    async redeliver(envelope, bytes, heldBy) {
      const reading = read(envelope, bytes, context);
      switch (reading.outcome) {
        case 'ignored':
          return { outcome: 'ignored', reason: reading.reason };
        case 'test':
          return { outcome: 'ignored', reason: testAgain };
        case 'quarantine':
          // The bytes are in the quarantine already: there they stay, with today's reason.
          return { outcome: 'unreadable', reason: reading.reason };
        case 'hold':
          return stillHeld(bytes, reading.hold, heldBy);
        case 'unknownKind':
          return reading.keeps
            ? stillHeld(bytes, unknownKindHold(reading, heldBy), heldBy)
            : { outcome: 'ignored', reason: reading.reason };
        case 'deliver': {
          const deliveries = heldBy === undefined ? reading.deliveries : inAnyOrder(reading.deliveries);
          const receipt = await deliverEvent(client, envelope, bytes, deliveries);
          if (receipt.outcome === 'unavailable') throw failure('Unreachable', receipt.reason);
          if (receipt.outcome === 'notOpen') {
            return { outcome: 'ignored', reason: ignoredBy(receipt.deliveries).reason };
          }
          return { outcome: 'delivered', workflowIds: receipt.deliveries.map(({ workflowId }) => workflowId) };
        }
      }
    },
    async fanOut(envelope, bytes, done, signal) {
      const reading = read(envelope, bytes, context);
      if (reading.outcome !== 'deliver') {
        const reason = whyNot(reading);
        const kept = quarantineDelivery(envelope, bytes, reason, new Date().toISOString(), context);
        return { outcome: 'quarantined', workflowId: await deliverOrThrow(client, kept), reason };
      }
      const { deliveries } = reading;
      let refused: string | undefined;
      await pMap(
        deliveries.entries(),
        async ([at, delivery]) => {
          if (done.has(at)) return;
          signal.throwIfAborted();
          const outcome = await deliver(client, delivery);
          if (outcome.outcome === 'unavailable') refused ??= outcome.reason;
          else done.add(at);
        },
        { concurrency: partsAtOnce },
      );
      if (refused !== undefined) throw failure('Unreachable', refused);
      return { outcome: 'delivered', parts: deliveries.length };
    },
    async isClosed({ changeSetId, name }) {
      const workflowId = changeSetWorkflowId(readMarker(name)?.originId ?? changeSetId);
      const found = await describeOrThrow(client, workflowId);
      return found !== undefined && found.status.name !== 'RUNNING';
    },
    async deliverOutcome(message) {
      const { changeSetId, changeSetName } = message;
      const originId = readMarker(changeSetName)?.originId ?? changeSetId;
      const lineage = originId === changeSetId ? undefined : await owningLineage(client, originId, changeSetId);
      return lineage ?? deliverOrThrow(client, ownChangeSetDelivery(message, context));
    },
  };
}
