import fc from 'fast-check';

/** Tokens by number: few, so that they meet. */
const token = fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, { weight: 2, arbitrary: fc.nat(4) });

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      token,
      byOperator: fc.boolean(),
      /** How many of the newest grants it names as used. */
      used: fc.constantFrom(0, 0, 0, 1),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('return' as const),
      token,
      /** 0 the newest grant of the token, 1 the one before. */
      lag: fc.nat(1),
      fate: fc.constantFrom('unsent' as const, 'unknown' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('submit' as const), token }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), token }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('beginRecount' as const, 'recount' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('renew' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1_000, 9_000, 30_000, 71_000, 71_000, 20_000_000, 86_400_000),
    }),
  },
);

/** One thing that happens. */
export type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** What happens, one after the other. */
export const steps = fc.array(step, { maxLength: 40, size: 'max' });

/** What an account begins with. */
export const beginnings = fc.record({
  dailyCap: fc.integer({ min: 1, max: 3 }),
  startsPerSecond: fc.constantFrom(1_000, 1_000, 0.2),
  /** Submits that run when the first run counts: with one more as many as may. */
  running: fc.constantFrom(0, 199),
  /** When those began, and whether one that is over began too: in days before. */
  beganDaysAgo: fc.constantFrom(0, 1),
  /** A submit of today that is over. */
  hasEnded: fc.boolean(),
});

export type Beginning = typeof beginnings extends fc.Arbitrary<infer One> ? One : never;
