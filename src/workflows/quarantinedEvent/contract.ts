import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseInput, CommandedStatus, WorkflowContract } from '../shared/contract.ts';
import { plainDecision, type OperatorCommands } from '../shared/operatorCommands.ts';
import type { QuarantinePolicy } from './policyValues.ts';

/** The workflow type, as registered in the bundle. */
export const quarantinedEventType = 'quarantinedEvent';

/** The id of the workflow that keeps bytes: `quarantine:{sha256 of the bytes, hex}`. */
export function quarantineWorkflowId(sha256: string): string {
  return `quarantine:${sha256}`;
}

/** How quarantined bytes end. */
export type QuarantineEnd = 'replayed' | 'discarded' | 'expired';

/**
 * The states, as `StewardState` shows them; it shows what was before while a replay is under way. `held`: the bytes can be
 * read and must wait, and another workflow has the one question, or the one notice, for all that wait for the same.
 */
export type QuarantineStateName = 'quarantined' | 'held' | 'replaying' | QuarantineEnd;

/** What bytes that can be read wait for. */
export interface Holding {
  /** The id of the workflow that asks or reports for all: `unconfigured:…`, `unknown-kind:…`. */
  readonly heldBy: string;
  /** Whose event it is, as far as the bytes say. */
  readonly account: string;
}

/** One arrival of the bytes. */
export interface QuarantineArrival {
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly reason: string;
  /** Of the event, where it could be read; else the digest of the bytes. Absent in histories from before. */
  readonly eventId?: string;
  /** Absent for bytes that cannot be read. */
  readonly holding?: Holding;
}

/** What becomes of held bytes, decided for all that wait for the same. */
export interface HeldSettled {
  readonly action: 'replay' | 'discard';
}

/** The bytes, and the envelope that they came in. */
interface QuarantinedBytes {
  readonly envelope: 'eventbridge' | 'webhook';
  readonly bytesBase64: string;
}

/** What a run starts from. */
export interface QuarantinedEventInput extends QuarantinedBytes, CaseInput<QuarantinePolicy> {
  readonly sha256: string;
}

/** What became of bytes that were read again. */
export type RedeliveryResult =
  | { readonly outcome: 'delivered'; readonly workflowIds: readonly string[] }
  | { readonly outcome: 'ignored'; readonly reason: string }
  | { readonly outcome: 'unreadable'; readonly reason: string }
  /** They can be read, and must still wait. */
  | { readonly outcome: 'held'; readonly reason: string; readonly holding: Holding };

/** The activities of a quarantined event. */
export interface QuarantineActivities {
  /**
   * Reads the bytes with today's parser and configuration, and delivers what they say. `heldBy`: the workflow that knows that
   * they are held. Throws Unreachable.
   */
  redeliver(bytes: QuarantinedBytes & { readonly heldBy?: string }): Promise<RedeliveryResult>;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface QuarantineStatus extends CommandedStatus<QuarantineStateName> {
  readonly sha256: string;
  readonly envelope: string;
  readonly sizeBytes: number;
  readonly count: number;
  readonly reason: string;
  /** The workflow that asks or reports for all that wait for the same, while these bytes do. */
  readonly heldBy?: string;
  readonly deliveredTo: readonly string[];
}

/** What operators can do. */
export const quarantineCommands = {
  replay: {
    summary: 'Read the bytes again, with today’s parser and configuration, and deliver what they say.',
    takenIn: ['quarantined', 'held'],
    ...plainDecision,
  },
  discard: {
    summary: 'Discard the bytes; nothing is delivered.',
    takenIn: ['quarantined', 'held'],
    ...plainDecision,
  },
} as const satisfies OperatorCommands<QuarantineStateName>;

export const quarantinedSignal = defineSignal<[QuarantineArrival]>('quarantined');
export const heldSettledSignal = defineSignal<[HeldSettled]>('heldSettled');
export const quarantineStatusQuery = defineQuery<QuarantineStatus>('status');

/** What others need to know of the workflow. */
export const quarantinedEventContract = {
  type: quarantinedEventType,
  idPrefixes: ['quarantine:'],
  states: { quarantined: true, held: true, replaying: true, replayed: true, discarded: true, expired: true },
  statusQuery: quarantineStatusQuery,
  commands: quarantineCommands,
} as const satisfies WorkflowContract<QuarantineStatus>;
