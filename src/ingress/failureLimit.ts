import { isIPv6 } from 'node:net';

/** How many requests with a wrong credential one address may send. */
export interface FailureLimits {
  /** At once. */
  readonly burst: number;
  /** From then on. */
  readonly perSecond: number;
}

const usualLimits: FailureLimits = { burst: 60, perSecond: 1 };
/** Each takes some 200 bytes. The address that failed longest ago is forgotten first. */
const mostAddresses = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Who has an address of IPv6 has its whole network of 64 bits, however a proxy spells it. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An address of IPv4 in it stands for two groups.
  const length = (parts: readonly string[]): number => parts.length + (parts.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - length(groups) - length(after));
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...after];
  const isMapped = all.slice(0, 5).every((group) => /^0*$/.test(group)) && all[5]?.toLowerCase() === 'ffff';
  const values = all.map((group) => Number.parseInt(group, 16));
  if (!isMapped)
    return values
      .slice(0, 4)
      .map((value) => value.toString(16))
      .join(':');
  const [high = 0, low = 0] = values.slice(6);
  return all.find((group) => group.includes('.')) ?? [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Takes note of failed authentication. */
export interface FailureLimit {
  /** Takes note of a failure. @returns false where the address has had too many. */
  note(address: string): boolean;
  /** Whether the next failure would be one too many. */
  isExhausted(address: string): boolean;
}

/**
 * Bounds the failed authentication of each address: a token bucket that failures alone take from. Right credentials are
 * not asked whether there is any left.
 * @param nowMs a clock that never goes back.
 */
export function createFailureLimit(
  { burst, perSecond }: FailureLimits = usualLimits,
  nowMs: () => number = () => performance.now(),
): FailureLimit {
  const buckets = new Map<string, Bucket>();
  const left = (network: string): number => {
    const { tokens, atMs } = buckets.get(network) ?? { tokens: burst, atMs: nowMs() };
    return Math.min(burst, tokens + ((nowMs() - atMs) / 1_000) * perSecond);
  };
  return {
    note(address) {
      const network = networkOf(address);
      const tokens = left(network);
      const isWithin = tokens >= 1;
      buckets.delete(network);
      buckets.set(network, { tokens: isWithin ? tokens - 1 : tokens, atMs: nowMs() });
      const [oldest] = buckets.keys();
      if (buckets.size > mostAddresses && oldest !== undefined) buckets.delete(oldest);
      return isWithin;
    },
    isExhausted: (address) => left(networkOf(address)) < 1,
  };
}
