import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AuditEntry, CommandAnswer, OperatorCommand } from '../shared/commands.ts';
import type { QuarantinePolicy } from './defaults.ts';
import type { QuarantineCase } from './state.ts';

/** The workflow type, as registered in the bundle. */
export const quarantinedEventType = 'quarantinedEvent';

/** The id of what keeps unreadable bytes: `quarantine:{sha256 of the bytes, hex}`. */
export function quarantineWorkflowId(sha256: string): string {
  return `quarantine:${sha256}`;
}

/** One arrival of the bytes. */
export interface QuarantineMessage {
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly reason: string;
}

/** What a run starts from: the bytes, whole, and the envelope that they came by. */
export interface QuarantinedEventInput {
  readonly version: 1;
  readonly sha256: string;
  readonly envelope: 'eventbridge' | 'webhook';
  readonly bytesBase64: string;
  readonly policy?: Partial<QuarantinePolicy>;
  readonly carried?: QuarantineCase;
}

/** What a query shows, and what a closed run leaves as its result. */
export interface QuarantineStatus {
  /** quarantined, replaying, replayed, discarded, expired */
  readonly state: string;
  readonly sha256: string;
  readonly envelope: string;
  readonly sizeBytes: number;
  readonly count: number;
  readonly reason: string;
  readonly deliveredTo: readonly string[];
  readonly notes: readonly string[];
  readonly audit: readonly AuditEntry[];
  readonly nextStep: string;
}

export const quarantinedSignal = defineSignal<[QuarantineMessage]>('quarantined');
/** Read the bytes with today's parser and deliver what they say. */
export const replayUpdate = defineUpdate<CommandAnswer, [OperatorCommand]>('replay');
/** Give the bytes up: an operator read them and nothing is lost. */
export const discardUpdate = defineUpdate<CommandAnswer, [OperatorCommand]>('discard');
export const quarantineStatusQuery = defineQuery<QuarantineStatus>('status');
