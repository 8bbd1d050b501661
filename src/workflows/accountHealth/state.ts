import { defined } from '../../defined.ts';
import type { Notice } from '../shared/notices.ts';
import { instant } from '../shared/reminders.ts';
import { remember } from '../shared/seen.ts';
import type { AccountHealthPolicy } from './defaults.ts';
import { assumeRole, canBeChecked, isRefusalType, type Vendor } from './checks.ts';
import type { AccessRefusedMessage, RefusalType, RefusedMerchant, RefusedSeller } from './contract.ts';
import { openingNotice, resolutionNotice } from './notices.ts';

/** All refusals that the same action mends. */
export interface Refusal {
  /** What is missing: an operation for a permission and for the role, else the type of the failure. */
  readonly key: string;
  readonly operation: string;
  /** The newest refused read's. */
  readonly resource?: string;
  readonly failureType: RefusalType;
  /** As the first refusal said. */
  readonly message: string;
  /** Milliseconds since the epoch: when the newest was taken. */
  readonly lastAtMs: number;
  readonly count: number;
}

/** What the workflow does now. */
type HealthPhase = { readonly name: 'refused' } | { readonly name: 'ended'; readonly end: 'recovered' | 'abandoned' };

/** All that is known of an account's refusals: plain JSON, carried through continue-as-new. */
export interface AccountHealth {
  readonly version: 1;
  readonly vendor: Vendor;
  /** The seller's account, or the merchant's businessProductId. */
  readonly account: string;
  readonly phase: HealthPhase;
  /** ISO 8601: the first refusal; with the workflow's id it is the identity of the incident. */
  readonly since: string;
  readonly refusals: readonly Refusal[];
  readonly seen: readonly string[];
  readonly notes: readonly string[];
}

/** What can happen to an account that is refused. */
export type HealthEvent =
  | { readonly type: 'refused'; readonly message: AccessRefusedMessage }
  /** Every check for the refusals of these keys passed. */
  | { readonly type: 'checked'; readonly keys: readonly string[] }
  | { readonly type: 'cancelled' }
  | { readonly type: 'noted'; readonly sentence: string };

/** The state after a message, and the notices that it makes the workflow send. */
export interface HealthTransition {
  readonly health: AccountHealth;
  readonly notices: readonly Notice[];
}

/** What a transition may know beside the state. */
export interface HealthContext {
  readonly policy: AccountHealthPolicy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

const keptNotes = 20;
/** The vendor's operations are fewer; signals typed by hand must not grow the state. */
const keptRefusals = 30;

/** The state of an account or a merchant of which no refusal was told yet. */
export function newHealth(input: RefusedSeller | RefusedMerchant, nowMs: number): AccountHealth {
  const whose =
    'businessProductId' in input
      ? ({ vendor: 'buyWithPrime', account: input.businessProductId } as const)
      : ({ vendor: 'awsMarketplace', account: input.account } as const);
  const since = new Date(nowMs).toISOString();
  return { version: 1, ...whose, phase: { name: 'refused' }, since, refusals: [], seen: [], notes: [] };
}

/** The word for the state column, and the result of a closed run. */
export function stateName({ phase }: AccountHealth): 'refused' | 'recovered' | 'abandoned' {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no refusal. */
export function refusalProblem(value: unknown): string | undefined {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<string, unknown>>) : {};
  const { eventId, operation, resource, failureType, message, at } = given;
  const wrong = [
    ...(typeof eventId === 'string' && eventId !== '' ? [] : ['eventId (a text)']),
    ...(typeof operation === 'string' && /^[A-Za-z]{1,64}$/.test(operation) ? [] : ['operation (letters only)']),
    ...(resource === undefined || typeof resource === 'string' ? [] : ['resource (a text, or left out)']),
    ...(isRefusalType(failureType) ? [] : ['failureType (AccessDenied, CredentialsRejected, NotConfigured)']),
    ...(typeof message === 'string' ? [] : ['message (a text)']),
    ...(instant(at) === undefined ? ['at (an ISO 8601 time)'] : []),
  ];
  if (wrong.length === 0) return undefined;
  return `A refusal was not taken, because fields are missing or of another kind: ${wrong.join(', ')}.`;
}

/**
 * From when on a passing check counts, in milliseconds since the epoch. A call that was refused a moment ago may have
 * been under way when the cause was mended; where nothing harmless can be tried, a long silence has to speak.
 */
export function quietAtMs(
  { vendor, refusals }: AccountHealth,
  { recheckFirstMs, quietMs }: AccountHealthPolicy,
): number {
  return Math.max(
    0,
    ...refusals.map((refusal) => refusal.lastAtMs + (canBeChecked(vendor, refusal) ? recheckFirstMs : quietMs)),
  );
}

const stay = (health: AccountHealth): HealthTransition => ({ health, notices: [] });

function noted(health: AccountHealth, note: string): AccountHealth {
  return health.notes.includes(note) ? health : { ...health, notes: [...health.notes, note].slice(-keptNotes) };
}

function onRefused(before: AccountHealth, message: AccessRefusedMessage, nowMs: number): HealthTransition {
  const seen = remember(before.seen, message.eventId);
  if (seen === undefined) return stay(before);
  // A refusal in the moment of closing is an incident of its own, as it would be a moment later in a new run.
  const open: AccountHealth =
    before.phase.name === 'ended' || before.refusals.length === 0
      ? { ...before, phase: { name: 'refused' }, since: message.at, refusals: [], seen }
      : { ...before, seen };
  const { operation, resource, failureType } = message;
  const key = failureType === 'AccessDenied' || operation === assumeRole ? operation : failureType;
  const known = open.refusals.find((refusal) => refusal.key === key);
  const newest = { operation, ...defined({ resource }), lastAtMs: nowMs };
  if (known !== undefined) {
    const counted: Refusal = { ...known, ...newest, count: known.count + 1 };
    return stay({ ...open, refusals: open.refusals.map((refusal) => (refusal === known ? counted : refusal)) });
  }
  if (open.refusals.length >= keptRefusals) return stay(noted(open, 'More is refused than is listed here.'));
  const refusal: Refusal = { key, failureType, message: message.message, count: 1, ...newest };
  const health: AccountHealth = { ...open, refusals: [...open.refusals, refusal] };
  return { health, notices: [openingNotice(health, refusal)] };
}

function onChecked(before: AccountHealth, keys: readonly string[], context: HealthContext): HealthTransition {
  if (before.phase.name === 'ended' || quietAtMs(before, context.policy) > context.nowMs) return stay(before);
  if (before.refusals.some(({ key }) => !keys.includes(key))) return stay(before);
  const health: AccountHealth = { ...before, phase: { name: 'ended', end: 'recovered' } };
  return { health, notices: before.refusals.length === 0 ? [] : [resolutionNotice(health)] };
}

/**
 * The state machine of an account's refusals: pure and total. A message that makes no sense in the present phase changes
 * nothing.
 * @returns the state after the message, and the notices that it makes the workflow send.
 */
export function next(health: AccountHealth, event: HealthEvent, context: HealthContext): HealthTransition {
  switch (event.type) {
    case 'refused':
      return onRefused(health, event.message, context.nowMs);
    case 'checked':
      return onChecked(health, event.keys, context);
    case 'cancelled':
      return stay(health.phase.name === 'ended' ? health : { ...health, phase: { name: 'ended', end: 'abandoned' } });
    case 'noted':
      return stay(noted(health, event.sentence));
  }
}
