import { createHash } from 'node:crypto';
import type { Envelope } from '../events/parse.ts';
import type { FieldProblem } from '../events/types.ts';
import {
  quarantinedEventType,
  quarantinedSignal,
  quarantineWorkflowId,
  type QuarantinedEventInput,
  type QuarantineStateName,
  type QuarantineArrival,
} from '../workflows/quarantinedEvent/contract.ts';
import { quarantineSubject } from '../workflows/quarantinedEvent/subject.ts';
import { plain, readableTime } from '../workflows/shared/markdown.ts';
import { unaskedPriority } from '../workflows/shared/priorities.ts';
import { configuredPolicy } from '../policies/configured.ts';
import type { Delivery, RouteContext } from './delivery.ts';

/**
 * The largest body that is taken, in bytes. The server takes 2 MiB for a payload; base64 makes 1.25 MiB into 1.67 MiB,
 * which leaves room for the rest of the input and for a payload codec. An EventBridge event has 1 MB at most.
 */
export const largestBodyBytes = 1.25 * 1024 * 1024;

/** What is wrong with bytes, in one text that names the fields; long lists are cut, the bytes themselves are kept. */
export function reasonOf(problems: readonly FieldProblem[]): string {
  const shown = problems
    .slice(0, 5)
    .map(({ field, found, expected }) => `${field}: found ${found}, expected ${expected}`);
  const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}

/**
 * Keeps bytes whole in the workflow of their digest; the same bytes again are counted there.
 * @param receivedAt ISO 8601.
 */
export function quarantineDelivery(
  envelope: Envelope,
  bytes: Uint8Array,
  reason: string,
  receivedAt: string,
  context: RouteContext,
): Delivery {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const input: QuarantinedEventInput = {
    version: 1,
    sha256,
    envelope,
    bytesBase64: Buffer.from(bytes).toString('base64'),
    policy: configuredPolicy('quarantinedEvent', context),
  };
  const message: QuarantineArrival = { receivedAt, reason, eventId: sha256 };
  return {
    kind: 'quarantine',
    eventId: sha256,
    workflowType: quarantinedEventType,
    workflowId: quarantineWorkflowId(sha256),
    input,
    signal: { name: quarantinedSignal.name, message },
    attributes: {
      state: 'quarantined' satisfies QuarantineStateName,
      account: 'unknown',
      attention: true,
      subject: quarantineSubject(sha256, bytes.length, 'quarantined'),
    },
    staticSummary: `Event of ${bytes.length} bytes that could not be handled`,
    staticDetails: [
      `- **Reason:** ${plain(reason, 1_000)}`,
      `- **Received:** ${readableTime(receivedAt)}, by ${envelope}`,
    ].join('\n'),
    afterCompletion: 'startAgain',
    priority: unaskedPriority,
  };
}
