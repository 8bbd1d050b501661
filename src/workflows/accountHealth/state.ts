import type { AccountHealthPolicy } from './policyValues.ts';
import { canBeChecked, isFailingType, type Vendor } from './checks.ts';
import type {
  AccessRefusedMessage,
  AccountHealthInput,
  AccountHealthStateName,
  AlarmType,
  FailingType,
  RefusedMerchant,
  RefusedSeller,
} from './contract.ts';

/** All refusals that the same action fixes. */
export interface Refusal {
  /** What is missing: an operation for a permission and for the role, else the type of the failure. */
  readonly key: string;
  readonly operation: string;
  /** The newest refused read's. */
  readonly resource?: string;
  readonly failureType: AlarmType;
  /** ISO 8601: since when the calls have failed, where that is known. */
  readonly failingSince?: string;
  /** As the first refusal said. */
  readonly message: string;
  /** Milliseconds since the epoch: when the newest came. */
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
  /** The kind of failure, of an alarm that is not of the access. */
  readonly failing?: FailingType;
  readonly phase: HealthPhase;
  /** ISO 8601: the first refusal; with the workflow's id it is the identity of the incident. */
  readonly since: string;
  readonly refusals: readonly Refusal[];
  /** Where a check failed: when the next one comes, in milliseconds since the epoch. */
  readonly checkAfterMs?: number;
  readonly seen: readonly string[];
  readonly notes: readonly string[];
}

/** What can happen to an account that is refused. */
export type HealthMessage =
  | { readonly type: 'refused'; readonly message: AccessRefusedMessage }
  /** Every check for the refusals of these keys passed. */
  | { readonly type: 'checked'; readonly keys: readonly string[] }
  /** A check could not be carried out. */
  | { readonly type: 'checkFailed'; readonly sentence: string }
  | { readonly type: 'cancelled' };

/**
 * The state of an account or a merchant before its first refusal is counted.
 * @param startedMs when the workflow was started: a reset keeps it.
 */
export function newHealth(
  input: (RefusedSeller | RefusedMerchant) & Pick<AccountHealthInput, 'failing'>,
  startedMs: number,
): AccountHealth {
  const whose =
    'businessProductId' in input
      ? ({ vendor: 'buyWithPrime', account: input.businessProductId } as const)
      : ({ vendor: 'awsMarketplace', account: input.account } as const);
  const since = new Date(startedMs).toISOString();
  // Anybody may have typed it.
  const failing = isFailingType(input.failing) ? { failing: input.failing } : {};
  return { version: 1, ...whose, ...failing, phase: { name: 'refused' }, since, refusals: [], seen: [], notes: [] };
}

/** The name of the state, and the result of a closed run. */
export function stateName({ phase, failing }: AccountHealth): AccountHealthStateName {
  if (phase.name === 'ended') return phase.end;
  return failing === undefined ? phase.name : 'failing';
}

/**
 * From when on a passing check counts, in milliseconds since the epoch. A call that was refused a moment ago may have
 * been under way when the cause was fixed; where no harmless call is possible, only a long silence shows anything.
 */
export function quietAtMs(
  { vendor, failing, refusals }: AccountHealth,
  { recheckFirstMs, quietMs, failingQuietMs }: AccountHealthPolicy,
): number {
  if (failing !== undefined) return Math.max(0, ...refusals.map(({ lastAtMs }) => lastAtMs + failingQuietMs));
  return Math.max(
    0,
    ...refusals.map((refusal) => refusal.lastAtMs + (canBeChecked(vendor, refusal) ? recheckFirstMs : quietMs)),
  );
}
