import { createRandomSource, type RandomSource } from '@marketplace-steward/simulators/marketplaceCatalog/random';

/** Where everything drawn in a plan comes from. */
export interface Draws extends Pick<RandomSource, 'fraction' | 'token' | 'uuid' | 'shuffle'> {
  /** A whole number from 0 up to, not including, the limit. */
  readonly below: (limit: number) => number;
  /** One of several. */
  readonly one: <const Items extends readonly [unknown, ...unknown[]]>(items: Items) => Items[number];
  /** True with this probability, 0 to 1. */
  readonly happens: (probability: number) => boolean;
}

/** What a seed draws: always the same. */
export function drawsOf(seed: number): Draws {
  const source = createRandomSource(seed);
  const fraction = (): number => source.fraction();
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    token: (length) => source.token(length),
    uuid: () => source.uuid(),
    shuffle: (items) => source.shuffle(items),
    below,
    one: (items) => items[below(items.length)],
    happens: (probability) => fraction() < probability,
  };
}
