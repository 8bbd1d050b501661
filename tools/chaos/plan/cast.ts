import type { Mode, Plan } from '../records.ts';

/** The accounts and the merchant of a run. */
export interface Cast {
  /** In mode auto, without a cap that matters. */
  readonly auto: readonly [string, ...string[]];
  readonly approve: string;
  readonly observe: string;
  /** In mode auto, with a daily cap that is reached. */
  readonly capped: string;
  /** Each has one security case and nothing else. */
  readonly secured: readonly [string, ...string[]];
  /** The configuration does not have it. */
  readonly unconfigured: string;
  readonly merchant: string;
}

/** How many submits a day the account with a cap has; more of its change sets fail. */
export const dailyCap = 3;
const merchant = 'chaos-business-product';

function accountsOf(first: number, count: number): [string, ...string[]] {
  const [head = String(first), ...rest] = Array.from({ length: count }, (_, index) => String(first + index));
  return [head, ...rest];
}

/** So many accounts that no quota of one decides how long a run takes. */
export function castOf(events: number): Cast {
  return {
    auto: accountsOf(100_000_000_001, Math.min(12, 2 + Math.floor(events / 1_000))),
    approve: '200000000001',
    observe: '300000000001',
    capped: '400000000001',
    secured: accountsOf(500_000_000_001, Math.min(60, 4 + Math.floor(events / 150))),
    unconfigured: '600000000001',
    merchant,
  };
}

/** What the configuration has to say of them. */
export function configuredCast(cast: Cast): Pick<Plan, 'accounts' | 'modes' | 'dailyCaps' | 'merchants'> {
  const { auto, approve, observe, capped, secured } = cast;
  const modes: Record<string, Mode> = Object.fromEntries([
    ...[...auto, capped].map((account) => [account, 'auto']),
    [approve, 'approve'],
    ...[observe, ...secured].map((account) => [account, 'observe']),
  ]);
  return { accounts: Object.keys(modes), modes, dailyCaps: { [capped]: dailyCap }, merchants: [cast.merchant] };
}
