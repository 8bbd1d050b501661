import type { AuditEntry, CommandInput, GivenCommand } from '../shared/operatorCommands.ts';
import type { QuarantinePolicy } from './policyValues.ts';
import type {
  quarantineCommands,
  QuarantinedEventInput,
  QuarantineEnd,
  QuarantineArrival,
  HeldSettled,
  Holding,
  QuarantineStateName,
  RedeliveryResult,
} from './contract.ts';

/** What the workflow does now. */
export type QuarantinePhase =
  | { readonly name: 'quarantined' }
  /** Quiet: another workflow asks or reports. */
  | { readonly name: 'held' }
  | { readonly name: 'replaying' }
  | { readonly name: 'ended'; readonly end: QuarantineEnd };

/** All that is known of the bytes, without them: plain JSON, carried through continue-as-new. */
export interface QuarantineCase {
  readonly version: 1;
  readonly sha256: string;
  readonly envelope: QuarantinedEventInput['envelope'];
  readonly sizeBytes: number;
  readonly keepUntilMs: number;
  readonly phase: QuarantinePhase;
  /** True where an operator discarded them during a replay, whose answer comes first. */
  readonly pendingEnd: boolean;
  /** Arrivals of the same bytes. */
  readonly count: number;
  /** ISO 8601. */
  readonly firstReceivedAt: string;
  /** Why they could not be handled, as the last reader said. */
  readonly reason: string;
  /** What they wait for; absent for bytes that cannot be read. */
  readonly holding?: Holding;
  /** True once operators had a notice of these bytes, so that the end sends one, too. */
  readonly notified: boolean;
  readonly deliveredTo: readonly string[];
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** What can happen to quarantined bytes. */
export type QuarantineMessage =
  | GivenCommand<typeof quarantineCommands>
  | { readonly type: 'arrived'; readonly message: QuarantineArrival }
  | { readonly type: 'settled'; readonly action: HeldSettled['action'] }
  | { readonly type: 'cancel'; readonly command: CommandInput }
  | { readonly type: 'redelivered'; readonly result: RedeliveryResult }
  | { readonly type: 'redeliveryFailed'; readonly sentence: string }
  | { readonly type: 'keepElapsed' };

/** The number of bytes that a base64 text stands for. */
function decodedBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
}

/** The state of bytes before their first arrival is counted. */
export function newQuarantine(
  input: QuarantinedEventInput,
  { policy, nowMs }: { readonly policy: QuarantinePolicy; readonly nowMs: number },
): QuarantineCase {
  return {
    version: 1,
    sha256: input.sha256,
    envelope: input.envelope,
    sizeBytes: decodedBytes(input.bytesBase64),
    keepUntilMs: nowMs + policy.keepMs,
    phase: { name: 'quarantined' },
    pendingEnd: false,
    count: 0,
    firstReceivedAt: new Date(nowMs).toISOString(),
    reason: 'No reason is known yet.',
    notified: false,
    deliveredTo: [],
    audit: [],
    notes: [],
  };
}

/** The name of the state, and the result of a closed run. */
export function stateName({ phase }: QuarantineCase): QuarantineStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}
