import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseInput, CommandedStatus, WorkflowContract } from '../shared/contract.ts';
import { plainDecision, type OperatorCommands } from '../shared/operatorCommands.ts';
import type { HeldEventsPolicy } from './policyValues.ts';
import { fittingWorkflowId } from '../shared/workflowIds.ts';

/** The workflow type, as registered in the bundle. */
export const heldEventsType = 'heldEvents';

/** What events that can be read, and that nobody may act on, have in common. */
export type Heading =
  /** An account, or a catalog of it, that is not configured. */
  | { readonly by: 'account'; readonly account: string }
  /** A kind that no document of the vendor names: `source/detail-type`. `key` stands for it in ids. */
  | { readonly by: 'kind'; readonly kind: string; readonly key: string };

/** The id of the workflow of a heading: `unconfigured:{account}`, `unknown-kind:{key}`. */
export function heldEventsWorkflowId(heading: Heading): string {
  return fittingWorkflowId(
    heading.by === 'account' ? `unconfigured:${heading.account}` : `unknown-kind:${heading.key}`,
  );
}

/** How it ends. */
export type HeldEventsEnd = 'replayed' | 'discarded' | 'expired';

/** The states, as `StewardState` shows them. */
export type HeldEventsStateName = 'awaitingConfiguration' | 'recorded' | 'replaying' | 'discarding' | HeldEventsEnd;

/** Events of the heading. Times are ISO 8601. */
export interface EventsSeen {
  /** How many, this one included. */
  readonly count: number;
  readonly receivedAt: string;
  /** Why nobody may act on them, in a sentence. */
  readonly reason: string;
  /** Of the event, where one is meant. */
  readonly eventId?: string;
  /** Of the bytes, where they are kept: in `quarantine:{sha256}`. */
  readonly sha256?: string;
  /** The catalog that the account has to have before the event can be handled. */
  readonly catalog?: string;
  /** The kind of the event, under the heading of several. */
  readonly kind?: string;
  /** How long the bytes' own workflow keeps them, in milliseconds; as the policy has it where it is absent. */
  readonly keepMs?: number;
}

/** Events that were refused because as many are held as may be. */
export interface EventsRefused {
  /** How often one ingress has refused since it said so last; a sender repeats an event, so one can count several times. */
  readonly count: number;
  /** When the newest was refused, ISO 8601. */
  readonly refusedAt: string;
  /** How many may be held. */
  readonly most: number;
}

/** A worker has taken a configuration that has the account. */
export interface ConfigurationTaken {
  /** ISO 8601. */
  readonly takenAt: string;
}

/** What a run starts from. */
export interface HeldEventsInput extends CaseInput<HeldEventsPolicy> {
  readonly heading: Heading;
}

/** Bytes that are held, for the activity. */
export interface HeldBytes {
  readonly sha256: string;
  readonly catalog?: string;
  /** How often they have arrived: bytes that came back while a pass ran are not settled by it. */
  readonly arrivals: number;
  /** True where their workflow was decided already what becomes of them, or their time is over. */
  readonly mayHaveEnded: boolean;
}

/** What is to become of held bytes. */
export interface SettleRequest {
  readonly action: 'replay' | 'discard';
  readonly heading: Heading;
  readonly events: readonly HeldBytes[];
}

/** Bytes that are not held any more, and what became of them. */
export interface Settled extends Pick<HeldBytes, 'sha256' | 'arrivals'> {
  readonly became: 'replayed' | 'discarded' | 'expired' | 'quarantined' | 'unknown';
}

/** What a worker's configuration lacks for events of an account. */
export interface Lacking {
  /** True where the account itself is not configured. */
  readonly account: boolean;
  /** The catalogs that events wait for, ten at most: those that are not configured, or all where the account is not. */
  readonly catalogs: readonly string[];
}

/** What one pass over held bytes has come to. */
export interface SettleResult {
  readonly settled: readonly Settled[];
  /** The digests of those whose workflows were decided, and had not ended. */
  readonly decided: readonly string[];
  /** True where more are left to be decided than one call takes. */
  readonly isCut: boolean;
  /** What the configuration lacked; absent where nothing waits for it: for a kind of event, and where bytes are discarded. */
  readonly lacking?: Lacking;
}

/** The activities of held events. */
export interface HeldEventsActivities {
  /**
   * Signals to the workflows of held bytes what becomes of them, a bounded number in one call, and says which have ended. Bytes of
   * an account that this worker's configuration lacks are left alone. Throws Unreachable.
   */
  settleHeld(request: SettleRequest): Promise<SettleResult>;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface HeldEventsStatus extends CommandedStatus<HeldEventsStateName> {
  readonly heading: string;
  /** Events seen so far. */
  readonly count: number;
  /** Of how many the bytes are held now. */
  readonly held: number;
  readonly replayed: number;
  readonly expired: number;
  /** How often an ingress refused an event because no more may be held. */
  readonly refused: number;
  /** Absent while there is room for more. `since`: ISO 8601. `most`: how many may be held. */
  readonly full?: { readonly since: string; readonly most: number };
  readonly reason: string;
}

/** What operators can do. */
export const heldEventsCommands = {
  replay: {
    summary: 'Read the held bytes again, with today’s parser and configuration, and deliver what they say.',
    takenIn: ['awaitingConfiguration', 'recorded'],
    ...plainDecision,
  },
  discard: {
    summary: 'Discard the held bytes, and end; nothing is delivered.',
    takenIn: ['awaitingConfiguration', 'recorded'],
    ...plainDecision,
  },
} as const satisfies OperatorCommands<HeldEventsStateName>;

export const eventsSeenSignal = defineSignal<[EventsSeen]>('eventsSeen');
export const eventsRefusedSignal = defineSignal<[EventsRefused]>('eventsRefused');
export const configurationTakenSignal = defineSignal<[ConfigurationTaken]>('configurationTaken');
export const heldEventsStatusQuery = defineQuery<HeldEventsStatus>('status');

/** What others need to know of the workflow. */
export const heldEventsContract = {
  type: heldEventsType,
  idPrefixes: ['unconfigured:', 'unknown-kind:'],
  states: {
    awaitingConfiguration: true,
    recorded: true,
    replaying: true,
    discarding: true,
    replayed: true,
    discarded: true,
    expired: true,
  },
  statusQuery: heldEventsStatusQuery,
  commands: heldEventsCommands,
} as const satisfies WorkflowContract<HeldEventsStatus>;
