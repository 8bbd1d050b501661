import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseInput, CommandedStatus, WorkflowContract } from '../shared/contract.ts';
import { plainDecision, type OperatorCommands } from '../shared/operatorCommands.ts';
import type { QuarantinePolicy } from './defaults.ts';

/** The workflow type, as registered in the bundle. */
export const quarantinedEventType = 'quarantinedEvent';

/** The id of the workflow that keeps unreadable bytes: `quarantine:{sha256 of the bytes, hex}`. */
export function quarantineWorkflowId(sha256: string): string {
  return `quarantine:${sha256}`;
}

/** How quarantined bytes end. */
export type QuarantineEnd = 'replayed' | 'discarded' | 'expired';

/** The states, as `StewardState` shows them; it shows `quarantined` while a replay is under way. */
export type QuarantineStateName = 'quarantined' | 'replaying' | QuarantineEnd;

/** One arrival of the bytes. */
export interface QuarantineArrival {
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly reason: string;
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
  | { readonly outcome: 'unreadable'; readonly reason: string };

/** The activities of a quarantined event. */
export interface QuarantineActivities {
  /** Reads the bytes with today's parser and configuration, and delivers what they say. Throws Unreachable. */
  redeliver(bytes: QuarantinedBytes): Promise<RedeliveryResult>;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface QuarantineStatus extends CommandedStatus<QuarantineStateName> {
  readonly sha256: string;
  readonly envelope: string;
  readonly sizeBytes: number;
  readonly count: number;
  readonly reason: string;
  readonly deliveredTo: readonly string[];
}

/** What operators can do. */
export const quarantineCommands = {
  replay: {
    summary: 'Read the bytes again, with today’s parser and configuration, and deliver what they say.',
    takenIn: ['quarantined'],
    ...plainDecision,
  },
  discard: {
    summary: 'Discard the bytes; nothing is delivered.',
    takenIn: ['quarantined'],
    ...plainDecision,
  },
} as const satisfies OperatorCommands<QuarantineStateName>;

export const quarantinedSignal = defineSignal<[QuarantineArrival]>('quarantined');
export const quarantineStatusQuery = defineQuery<QuarantineStatus>('status');

/** What others need to know of the workflow. */
export const quarantinedEventContract = {
  type: quarantinedEventType,
  idPrefixes: ['quarantine:'],
  statusQuery: quarantineStatusQuery,
  commands: quarantineCommands,
} as const satisfies WorkflowContract<QuarantineStatus>;
