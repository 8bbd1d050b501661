import type { RouteContext } from '../../../src/delivery/delivery.ts';
import { heldEventsWorkflowId } from '../../../src/workflows/heldEvents/contract.ts';
import type { Json } from '../inputs/json.ts';
import type { FuzzInput } from '../inputs/make.ts';
import { reversedJson } from '../inputs/text.ts';
import { handle, type Handled } from './reading.ts';

/** Larger inputs are read once only, in bytes. */
const mostBytes = 64 * 1024;

/** What an event is known by. Bytes that cannot be read are known by their digest: of them it is the outcome alone. */
function identityOf({ reading }: Handled): unknown {
  switch (reading.outcome) {
    case 'deliver':
      return reading.deliveries.map(({ workflowId, eventId, kind }) => [workflowId, eventId, kind]);
    case 'hold':
      return [heldEventsWorkflowId(reading.hold.heading), reading.eventId];
    case 'ignored':
    case 'unknownKind':
      return [reading.outcome, reading.kind, reading.eventId];
    case 'test':
      return [reading.outcome, reading.test];
    case 'quarantine':
      return [reading.outcome];
  }
}

const allOf = (handled: readonly Handled[], of: (one: Handled) => unknown): string => JSON.stringify(handled.map(of));

/** A number that is infinite once it is read: JSON text cannot give it back. */
const mayBeInfinite = /\d{300}|e\+?\d{3}/i;

/** The same value in other bytes; undefined for what is no JSON, and for values that JSON text cannot give back. */
function rewritten(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (mayBeInfinite.test(text)) return undefined;
    return Buffer.from(`\n${reversedJson(JSON.parse(text) as Json)}`);
  } catch {
    return undefined;
  }
}

/** Whether the body itself is refused, as too deep or too much: of one member that stands there twice, one is left. */
const isRefusedWhole = ({ reading }: Handled): boolean =>
  reading.outcome === 'quarantine' && reading.reason.startsWith('(body)');

/** Whether the same bytes, and the same value in other bytes, give the same identities. */
export function identityProblems(
  input: FuzzInput,
  handled: readonly Handled[],
  context: RouteContext,
): readonly string[] {
  if (input.bytes.length > mostBytes) return [];
  const idsOf = ({ deliveries }: Handled): unknown =>
    deliveries.map(({ workflowId, eventId }) => [workflowId, eventId]);
  const isStable = allOf(handle(input, context), idsOf) === allOf(handled, idsOf);
  const bytes = handled.some(isRefusedWhole) ? undefined : rewritten(input.bytes);
  const isSame =
    bytes === undefined || allOf(handle({ ...input, bytes }, context), identityOf) === allOf(handled, identityOf);
  return [
    ...(isStable ? [] : ['the same bytes give other ids']),
    ...(isSame ? [] : ['the same value with its members in another order gives another identity']),
  ];
}
