import { createHash } from 'node:crypto';
import { defined } from '../defined.ts';
import type { Envelope } from '../events/parse.ts';
import {
  eventsRefusedSignal,
  eventsSeenSignal,
  heldEventsType,
  heldEventsWorkflowId,
  type EventsRefused,
  type EventsSeen,
  type HeldEventsInput,
  type HeldEventsStateName,
} from '../workflows/heldEvents/contract.ts';
import { accountOf } from '../workflows/heldEvents/notices.ts';
import { nameOf } from '../workflows/heldEvents/state.ts';
import { heldSubject } from '../workflows/heldEvents/subject.ts';
import { quarantineSubject } from '../workflows/quarantinedEvent/subject.ts';
import { dayMs } from '../workflows/shared/durations.ts';
import { plain, readableTime } from '../workflows/shared/markdown.ts';
import type { QuarantineStateName } from '../workflows/quarantinedEvent/contract.ts';
import { unaskedPriority } from '../workflows/shared/priorities.ts';
import { configuredPolicy } from '../policies/configured.ts';
import type { Delivery, Hold, RouteContext } from './delivery.ts';
import { quarantineDelivery } from './quarantine.ts';
import { fitSummary } from './routing/text.ts';

/**
 * How long the first bodies of an unknown kind are kept, in milliseconds: a version that reads them may take longer than an
 * operator's answer.
 */
const unknownKindKeepMs = 180 * dayMs;

/** The digest by which bytes are known. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes, held in the workflow of their digest, as unreadable ones are kept, but quietly. */
export function heldDelivery(
  envelope: Envelope,
  bytes: Uint8Array,
  { heading, account, reason }: Hold,
  receivedAt: string,
  context: RouteContext,
): Delivery {
  const heldBy = heldEventsWorkflowId(heading);
  const kept = quarantineDelivery(envelope, bytes, reason, receivedAt, context);
  const policy = heading.by === 'kind' ? { policy: { keepMs: unknownKindKeepMs } } : {};
  return {
    ...kept,
    kind: 'held',
    input: { ...kept.input, ...policy },
    signal: { ...kept.signal, message: { ...kept.signal.message, holding: { heldBy, account } } },
    attributes: {
      state: 'held' satisfies QuarantineStateName,
      account,
      attention: false,
      entities: [heldBy],
      subject: quarantineSubject(sha256Of(bytes), bytes.length, 'held'),
    },
    staticSummary: fitSummary(`Event of ${bytes.length} bytes, held by ${heldBy}`),
  };
}

/** To the one workflow of a heading, if it is open: events were refused, since `most` are held. */
export function refusedDelivery(hold: Hold, message: EventsRefused, context: Pick<RouteContext, 'policies'>): Delivery {
  const { refusedAt: receivedAt } = message;
  const heading = headingDelivery(hold, { count: message.count, receivedAt }, context);
  return { ...heading, signal: { name: eventsRefusedSignal.name, message }, onlyIfOpen: true };
}

/** To the one workflow of a heading: an event was seen, and its bytes are held where a digest is given. */
export function headingDelivery(
  { heading, catalog, reason }: Hold,
  seen: Pick<EventsSeen, 'count' | 'receivedAt' | 'sha256' | 'kind'>,
  context: Pick<RouteContext, 'policies'>,
): Delivery {
  const workflowId = heldEventsWorkflowId(heading);
  const input: HeldEventsInput = { version: 1, heading, policy: configuredPolicy('heldEvents', context) };
  const isByAccount = heading.by === 'account';
  // As their own workflow has it from now on: this one may have begun by another policy.
  const { keepMs } = isByAccount ? configuredPolicy('quarantinedEvent', context) : { keepMs: unknownKindKeepMs };
  const message: EventsSeen = {
    ...seen,
    reason,
    ...defined({ catalog }),
    ...(seen.sha256 !== undefined && { keepMs }),
  };
  const state: HeldEventsStateName = isByAccount ? 'awaitingConfiguration' : 'recorded';
  return {
    kind: 'heldEvents',
    eventId: seen.sha256 ?? workflowId,
    workflowType: heldEventsType,
    workflowId,
    input,
    signal: { name: eventsSeenSignal.name, message },
    attributes: {
      state,
      account: accountOf({ heading }),
      attention: isByAccount,
      subject: heldSubject(heading, state),
    },
    staticSummary: fitSummary(
      isByAccount ? `Events of ${nameOf(heading)}, held until it is configured` : `Unknown: ${nameOf(heading)}`,
    ),
    staticDetails: [
      `- **Reason:** ${plain(reason, 1_000)}`,
      `- **First event:** ${readableTime(seen.receivedAt)}`,
    ].join('\n'),
    // A kind that an operator has discarded is not reported again; an account's next event is a matter of its own.
    afterCompletion: isByAccount ? 'startAgain' : 'reject',
    priority: unaskedPriority,
  };
}
