import { createHash } from 'node:crypto';
import { drawn } from './random.ts';
import type { Departure } from './sender.ts';

/** Events that the simulated vendor makes in a run, of the outcomes of successors. */
export interface MadeByVendor {
  /** The copies of an event that set out: two of a share, and of another share one that is lost. */
  readonly departuresOf: (body: string) => readonly Departure[];
  readonly count: () => number;
}

const lostShare = 0.1;
const doubledShare = 0.1;

/** What becomes of an event is drawn from the name of its change set, which is the same in a run without faults. */
export function madeByVendor(seed: number): MadeByVendor {
  const copies = new Map<string, number>();
  return {
    departuresOf(body) {
      const name = /"ChangeSetName":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body;
      const key = `made:${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
      const copy = copies.get(key) ?? 0;
      const chance = drawn(seed, 'made', name);
      const isLost = chance < lostShare;
      const isDoubled = !isLost && chance < lostShare + doubledShare;
      const departures = Array.from({ length: isDoubled ? 2 : 1 }, (_, index): Departure => ({
        key,
        way: isLost ? 'none' : 'http',
        vendor: 'aws',
        body,
        copy: copy + index,
        isMade: true,
      }));
      copies.set(key, copy + departures.length);
      return departures;
    },
    count: () => copies.size,
  };
}
