/** Chances that a seed fixes, so that a run can be had again. */
export interface Dice {
  chance(probability: number): boolean;
  /** One of them; undefined where there is none. */
  pick<Item>(items: readonly Item[]): Item | undefined;
}

/** Mulberry32: small, fast, and good enough to shuffle by. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    chance: (probability) => roll() < probability,
    pick: (items) => items[Math.floor(roll() * items.length)],
  };
}
