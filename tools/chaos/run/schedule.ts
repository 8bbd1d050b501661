import type { PartKind } from './parts.ts';
import { drawn, drawnFrom } from './random.ts';

/** Something that is done to the system in the midst of a stream. */
export type Fault = {
  /** In parts of the stream, 0 to 1: it happens once so much has set out. */
  readonly at: number;
  /** Of the seed: what a fault draws for itself comes of it. */
  readonly number: number;
} & (
  | { readonly fault: 'kill'; readonly part: PartKind; readonly restartAfterMs: number }
  | { readonly fault: 'freeze'; readonly part: PartKind; readonly forMs: number }
  | { readonly fault: 'reset'; readonly of: 'open' | 'justEnded' }
  | { readonly fault: 'vendor'; readonly vendor: 'aws' | 'buyWithPrime'; readonly what: VendorFault }
  | { readonly fault: 'channelDown'; readonly forMs: number }
  | { readonly fault: 'configure' }
  | { readonly fault: 'deploy' }
);

/** How a vendor's answer goes wrong. */
export type VendorFault =
  | 'throttle'
  | 'serverError'
  | 'signedError'
  | 'htmlPage'
  | 'htmlPageAfter'
  | 'resetBefore'
  | 'resetAfter'
  | 'truncated'
  | 'empty'
  | 'slow'
  | 'forgetToken'
  | 'invisible'
  | 'tokensEnd'
  | 'tokenRefused';

const awsFaults: readonly VendorFault[] = [
  'resetAfter',
  'throttle',
  'htmlPageAfter',
  'forgetToken',
  'serverError',
  'truncated',
  'invisible',
  'resetBefore',
  'signedError',
  'htmlPage',
  'empty',
  'slow',
];
const buyWithPrimeFaults: readonly VendorFault[] = ['tokensEnd', 'tokenRefused'];

/** Who is killed, in turns: what holds the promises more often than the rest. */
const victims: readonly PartKind[] = [
  'worker',
  'httpIngress',
  'temporal',
  'queueIngress',
  'catalog',
  'worker',
  'httpIngress',
  'buyWithPrime',
];

/** Nothing happens to the first and last events: there has to be something that it can happen to. */
const [first, last] = [0.06, 0.9];

/**
 * The faults of a seed: so many kills, and the others in proportion, spread over the stream.
 * @param parts the kinds that can be killed and frozen in this run
 */
export function planFaults({
  seed,
  kills,
  parts,
}: {
  seed: number;
  kills: number;
  parts: readonly PartKind[];
}): readonly Fault[] {
  if (kills === 0) return [];
  const available = victims.filter((kind) => parts.includes(kind));
  const turn = Math.floor(drawn(seed, 'turn') * available.length);
  let number = 0;
  /** Each in its own piece of the stream, at a place that is drawn. */
  function spread<One extends object>(
    what: string,
    count: number,
    one: (index: number) => One,
  ): Array<One & { at: number; number: number }> {
    return Array.from({ length: count }, (_, index) => {
      const within = (index + drawn(seed, what, index)) / count;
      return { at: first + (last - first) * within, number: (number += 1), ...one(index) };
    });
  }
  const within = (least: number, most: number, ...words: ReadonlyArray<string | number>): number =>
    Math.round(least + (most - least) * drawn(seed, ...words));
  const victim = (index: number): PartKind => available[(index + turn) % available.length] ?? 'worker';
  const faults: Fault[] = [
    ...spread('kill', kills, (index) => ({
      fault: 'kill' as const,
      part: victim(index),
      restartAfterMs: within(1_000, 4_000, 'restart', index),
    })),
    ...spread('freeze', Math.ceil(kills / 4), (index) => ({
      fault: 'freeze' as const,
      part: drawnFrom(available, seed, 'frozen', index),
      forMs: within(1_000, 6_000, 'frozenFor', index),
    })),
    ...spread('reset', Math.ceil(kills / 2), (index) => ({
      fault: 'reset' as const,
      of: index % 3 === 2 ? ('justEnded' as const) : ('open' as const),
    })),
    ...spread('aws', kills * 2, (index) => ({
      fault: 'vendor' as const,
      vendor: 'aws' as const,
      what: awsFaults[(index + turn) % awsFaults.length] ?? 'throttle',
    })),
    ...spread('buyWithPrime', Math.ceil(kills / 4), (index) => ({
      fault: 'vendor' as const,
      vendor: 'buyWithPrime' as const,
      what: buyWithPrimeFaults[(index + turn) % buyWithPrimeFaults.length] ?? 'tokensEnd',
    })),
    ...spread('channel', Math.ceil(kills / 12), (index) => ({
      fault: 'channelDown' as const,
      forMs: within(3_000, 8_000, 'channel', index),
    })),
    { at: 0.4 + 0.1 * drawn(seed, 'configure'), number: (number += 1), fault: 'configure' },
    { at: 0.5 + 0.1 * drawn(seed, 'deploy'), number: (number += 1), fault: 'deploy' },
  ];
  return faults.toSorted((one, other) => one.at - other.at);
}
