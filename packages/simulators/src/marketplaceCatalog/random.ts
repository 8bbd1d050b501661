import type { Table } from '../journal.ts';

/** Everything random in the simulator comes from here, so that one seed gives one run. */
export interface RandomSource {
  /** A number from 0 up to, not including, 1. */
  fraction(): number;
  /** `length` characters of a–z and 0–9, as the vendor's ids have. */
  token(length: number): string;
  /** A version 4 UUID. */
  uuid(): string;
  /** A new array with the same items in a drawn order. */
  shuffle<Item>(items: readonly Item[]): Item[];
  /** Begins again: what is drawn next is what was drawn first. */
  restart(): void;
}

const PLACE = 'place';
const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A generator (mulberry32) that starts from `seed`, of which the lower 32 bits count, or goes on from where `kept` has it:
 * no id is given twice.
 */
export function createRandomSource(seed: number, kept?: Table<number>): RandomSource {
  let state = kept?.get(PLACE) ?? seed >>> 0;

  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    kept?.set(PLACE, state);
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  const hexadecimal = (length: number): string => Array.from({ length }, () => below(16).toString(16)).join('');

  return {
    fraction,
    token: (length) => Array.from({ length }, () => ID_CHARACTERS.charAt(below(ID_CHARACTERS.length))).join(''),
    uuid: () =>
      [
        hexadecimal(8),
        hexadecimal(4),
        `4${hexadecimal(3)}`,
        `${'89ab'.charAt(below(4))}${hexadecimal(3)}`,
        hexadecimal(12),
      ].join('-'),
    shuffle: (items) => {
      const left = [...items];
      return items.flatMap(() => left.splice(below(left.length), 1));
    },
    restart: () => {
      state = seed >>> 0;
      kept?.set(PLACE, state);
    },
  };
}
