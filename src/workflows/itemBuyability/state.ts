import { defined } from '../../defined.ts';
import type { Begun } from '../shared/begun.ts';
import type { AuditEntry } from '../shared/operatorCommands.ts';
import type { Transition, TransitionContext } from '../shared/transition.ts';
import type {
  BuyabilityMessage,
  GivenItemCommand,
  ItemBuyabilityInput,
  ItemStateName,
  ItemVerdict,
  ProductRecord,
  QueryAnswer,
} from './contract.ts';
import type { ItemBuyabilityPolicy } from './policyValues.ts';

/**
 * Why the workflow queries the product. Data with the same timestamp answers a query made because data was missing, but
 * not one made to verify data or to break a tie.
 */
export type Question = 'noData' | 'unproven' | 'disputed';

/** The workflow queries the product. */
export interface Querying {
  readonly name: 'querying';
  readonly query: number;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly dueTo: Question;
}

/** Buy with Prime refuses the query. The merchant's access alarm reports it; time that passes here is in no window. */
export interface AwaitingAccess {
  readonly name: 'awaitingAccess';
  readonly query: number;
  readonly dueTo: Question;
  /** ISO 8601. */
  readonly since: string;
  /** What it refused, and why. */
  readonly sentence: string;
}

/** NOT_BUYABLE is known; one query adds to the notice. */
export interface Completing {
  readonly name: 'completing';
  readonly query: number;
  /** ISO 8601: the item's date when the query was decided, which is when it became NOT_BUYABLE. */
  readonly since: string;
}

/** INVALID_PRODUCT is checked again now and then. Times are in milliseconds since the epoch. */
export interface Verifying {
  readonly name: 'verifying';
  readonly query: number;
  readonly fromMs: number;
  /** Until when it is checked, as operators were notified: no policy shortens that. Absent in older states. */
  readonly untilMs?: number;
}

/** A notice is open; the workflow waits for the next event. */
export interface Watching {
  readonly name: 'watching';
  readonly verdict: Exclude<ItemVerdict, 'BUYABLE'>;
  /** A query that got no answer, unless data was missing: data with the same timestamp does not answer it. */
  readonly unanswered?: Exclude<Question, 'noData'>;
}

/** What the workflow does now. `query` numbers its queries, so that an answer finds its query. */
export type ItemPhase =
  | Querying
  | AwaitingAccess
  | Completing
  /** BUYABLE: the run is kept open for a while, to know repeats. */
  | { readonly name: 'lingering' }
  | Verifying
  | Watching
  /** UNKNOWN: cancelled before an answer. */
  | {
      readonly name: 'ended';
      readonly verdict: ItemVerdict | 'UNKNOWN';
      /** By a cancellation or an operator's command: no event continues this run. */
      readonly cancelled: boolean;
      /** The operator whose command it was. */
      readonly abandonedBy?: string;
    };

/** The notice that operators have, until BUYABLE resolves it or another one takes its place. */
export interface OpenNotice {
  readonly id: string;
  readonly about: Exclude<ItemVerdict, 'BUYABLE'>;
  /** ISO 8601: since when it has been so, as far as is known. */
  readonly since: string;
  /** False where the merchant meant it. */
  readonly needsDecision: boolean;
}

/** All that one item is: plain JSON, carried through continue-as-new. Times are ISO 8601. */
export interface ItemCase {
  readonly version: 1;
  readonly businessProductId: string;
  readonly itemId: string;
  readonly apiVersion?: string;
  readonly phase: ItemPhase;
  /** When what is known was true: the event's time, or when the query was sent. Absent while nothing is known. */
  readonly asOf?: string;
  /** The time of the event that led here, or of a start by hand: part of the identity of notices. */
  readonly ledBy: string;
  /** When the last event came, repeats not counted. Absent before the first. */
  readonly lastEventAtMs?: number;
  readonly product?: ProductRecord;
  readonly openNotice?: OpenNotice;
  readonly noticesOpened: number;
  /** Of the first run: a start after a termination counts from the beginning under another one. */
  readonly firstRunId?: string;
  readonly queries: number;
  readonly seen: readonly string[];
  readonly notes: readonly string[];
  /** Absent in older states, and before the first command. */
  readonly audit?: readonly AuditEntry[];
}

/** What can happen to an item: events, answers to queries, elapsed timers, a cancellation. */
export type ItemMessage =
  | { readonly type: 'event'; readonly message: BuyabilityMessage }
  | { readonly type: 'answered'; readonly query: number; readonly answer: QueryAnswer }
  /** Buy with Prime refused the query: a permission, credentials or configuration is missing. */
  | { readonly type: 'denied'; readonly query: number; readonly sentence: string }
  /** A backfill, or an operator by a signal, wants another query. */
  | { readonly type: 'recheck'; readonly eventId: string }
  | { readonly type: 'command'; readonly given: GivenItemCommand }
  /** No answer came in time. */
  | { readonly type: 'unanswered'; readonly query: number; readonly sentence: string }
  | { readonly type: 'verifyElapsed' | 'lingered' | 'cancelled' };

/** The state after a message, and the notices that it makes the workflow send. */
export type ItemTransition = Transition<ItemCase>;

/** What a transition knows beside the state. */
export type ItemContext = TransitionContext<ItemBuyabilityPolicy>;

/**
 * The state of an unknown item: the workflow queries it, unless the first event says enough.
 * @param begun of the first run: its id, and when it was started in milliseconds since the epoch. A reset keeps both.
 */
export function newItem(
  input: ItemBuyabilityInput,
  { policy, nowMs }: ItemContext,
  begun: Partial<Begun> = {},
): ItemCase {
  const { firstRunId, startedMs = nowMs } = begun;
  return {
    version: 1,
    businessProductId: input.businessProductId,
    itemId: input.itemId,
    phase: { name: 'querying', query: 1, untilMs: nowMs + policy.queryWithinMs, dueTo: 'noData' },
    ledBy: new Date(startedMs).toISOString(),
    noticesOpened: 0,
    ...defined({ firstRunId }),
    queries: 1,
    seen: [],
    notes: [],
  };
}

/** The name of the state, and the result of a closed run. */
export function stateName({ phase }: ItemCase): ItemStateName {
  switch (phase.name) {
    case 'querying':
    case 'awaitingAccess':
      return phase.name;
    case 'completing':
      return 'NOT_BUYABLE';
    case 'lingering':
      return 'BUYABLE';
    case 'verifying':
      return 'INVALID_PRODUCT';
    case 'watching':
    case 'ended':
      return phase.verdict;
  }
}

/** True while the item needs a decision. */
export function needsDecision({ phase, openNotice }: ItemCase): boolean {
  return phase.name !== 'ended' && openNotice?.needsDecision === true;
}

/** Until when a product that was not found is checked, in milliseconds since the epoch. */
export function verifyUntilMs({ fromMs, untilMs = 0 }: Verifying, { verifyForMs }: ItemBuyabilityPolicy): number {
  return Math.max(untilMs, fromMs + verifyForMs);
}

/**
 * When a product that was not found is checked next, in milliseconds since the epoch; undefined where no check is left. Planned
 * instants that are past are left out.
 */
export function nextCheckMs(phase: Verifying, policy: ItemBuyabilityPolicy, nowMs: number): number | undefined {
  const { fromMs } = phase;
  const { verifyEveryMs } = policy;
  const passed = Math.max(0, Math.floor((nowMs - fromMs) / verifyEveryMs));
  const atMs = fromMs + (passed + 1) * verifyEveryMs;
  return atMs <= verifyUntilMs(phase, policy) ? atMs : undefined;
}

/** When a settled item may close, in milliseconds since the epoch. */
export function lingerUntilMs(item: ItemCase, policy: ItemBuyabilityPolicy): number {
  return (item.lastEventAtMs ?? Date.parse(item.ledBy)) + policy.lingerMs;
}
