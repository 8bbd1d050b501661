import { unknownAccount } from '../quarantinedEvent/notices.ts';
import type { HeldEventsPolicy } from './policyValues.ts';
import type { AuditEntry, CommandInput, GivenCommand } from '../shared/operatorCommands.ts';
import type {
  EventsRefused,
  EventsSeen,
  Heading,
  heldEventsCommands,
  HeldEventsEnd,
  HeldEventsInput,
  HeldEventsStateName,
  HeldBytes,
  Lacking,
  Settled,
  SettleResult,
} from './contract.ts';

/** Bytes that are held. */
export interface HeldEvent extends Omit<HeldBytes, 'mayHaveEnded'> {
  /** True where their workflow was decided what becomes of them. */
  readonly isDecided: boolean;
  /** True where an operator has decided to discard them; what arrives later is no part of that. */
  readonly isDoomed: boolean;
  /** When they arrived first, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** How long they are kept, in milliseconds; as the policy has it where it is absent. */
  readonly keepMs?: number;
}

/** Calls of the activity: `pass` counts those that came after a pause. */
interface Settling {
  readonly pass: number;
  /**
   * When it begins, in milliseconds since the epoch: after a pause in which those that were decided come to their end. 0
   * without one.
   */
  readonly pauseUntilMs: number;
}

/** What the workflow does now. */
export type HeldEventsPhase =
  | { readonly name: 'awaitingConfiguration' }
  | { readonly name: 'recorded' }
  | ({ readonly name: 'replaying' } & Settling)
  | ({ readonly name: 'discarding' } & Settling)
  | { readonly name: 'ended'; readonly end: HeldEventsEnd };

/** All that is known of the events of a heading, without their bytes: plain JSON, carried through continue-as-new. */
export interface HeldEventsCase {
  readonly version: 1;
  readonly heading: Heading;
  readonly phase: HeldEventsPhase;
  readonly held: readonly HeldEvent[];
  /** Events seen, those included whose bytes are not kept; repeats of kept bytes count once. */
  readonly count: number;
  readonly became: Readonly<Record<Settled['became'], number>>;
  /** ISO 8601. */
  readonly firstSeenAt: string;
  /** Why nobody may act on them, as the newest event says. */
  readonly reason: string;
  /** What the configuration lacked when it was checked last. */
  readonly lacking?: Lacking;
  /** The first kinds under a heading of several. */
  readonly kinds: readonly string[];
  /** How often an ingress refused an event because no more may be held. */
  readonly refused: number;
  /** Since when no more may be held, in milliseconds since the epoch, and how many those are; absent while there is room. */
  readonly full?: { readonly sinceMs: number; readonly most: number };
  /** When operators last had the notice that events are refused, in milliseconds since the epoch. */
  readonly fullNoticeAtMs?: number;
  /** True once operators had the notice. */
  readonly notified: boolean;
  /** As whose the question was asked: as the account's once it is configured, so that the account's routes take it. */
  readonly askedAs: string;
  /** When the last pass ended that left some waiting, in milliseconds since the epoch. */
  readonly checkedAtMs?: number;
  /** How often a worker has said that it took a configuration. */
  readonly configurations: number;
  /** When operators were last reminded that bytes expire, in milliseconds since the epoch. */
  readonly warnedAtMs?: number;
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** What can happen to held events. */
export type HeldEventsMessage =
  | GivenCommand<typeof heldEventsCommands>
  | { readonly type: 'seen'; readonly message: EventsSeen }
  | { readonly type: 'refused'; readonly message: EventsRefused }
  | { readonly type: 'configurationTaken' }
  /** What a pass of the activity has come to. `stamp`: the state that it began with ({@link stampOf}). */
  | { readonly type: 'settled'; readonly result: SettleResult; readonly stamp: number }
  /** The activity could not be carried out. */
  | { readonly type: 'notSettled'; readonly sentence: string }
  /** A reminder or an expiry has come due. */
  | { readonly type: 'dateDue' }
  | { readonly type: 'cancel'; readonly command: CommandInput };

/** The state before the first event is counted. A heading by account begins with a check of the configuration. */
export function newHeldEvents({ heading }: HeldEventsInput, nowMs: number): HeldEventsCase {
  return {
    version: 1,
    heading,
    phase: heading.by === 'account' ? { name: 'replaying', pass: 0, pauseUntilMs: 0 } : { name: 'recorded' },
    held: [],
    count: 0,
    became: { replayed: 0, discarded: 0, expired: 0, quarantined: 0, unknown: 0 },
    firstSeenAt: new Date(nowMs).toISOString(),
    reason: 'No reason is known yet.',
    kinds: [],
    refused: 0,
    notified: false,
    askedAs: unknownAccount,
    configurations: 0,
    audit: [],
    notes: [],
  };
}

/** When bytes expire, in milliseconds since the epoch: by what held when they came, whatever is configured since. */
export function expiresMs({ sinceMs, keepMs }: HeldEvent, policy: HeldEventsPolicy): number {
  return sinceMs + (keepMs ?? policy.keepMs);
}

/** Grows with each arrival and each configuration: a pass that began with another one has missed something. */
export function stampOf({ held, configurations }: HeldEventsCase): number {
  return held.reduce((sum, { arrivals }) => sum + arrivals, configurations);
}

/** The name of the state, and the result of a closed run. */
export function stateName({ phase }: HeldEventsCase): HeldEventsStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/** A kind for readers: `source/detail-type` would look like an address, of which notices show no path. */
export function kindText(kind: string): string {
  return kind.replace('/', ': ');
}

/** What a heading is called, for titles and details. */
export function nameOf(heading: Heading): string {
  return heading.by === 'account' ? `account ${heading.account}` : kindText(heading.kind);
}
