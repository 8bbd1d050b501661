import fc from 'fast-check';

/** What an item is at the vendor; ABSENT: the service knows no product. */
export type TrueStatus = 'BUYABLE' | 'NOT_BUYABLE' | 'UNKNOWN' | 'ABSENT';

/** One event about one change, with every time that it arrives. Times are milliseconds since the beginning. */
export interface Reporting {
  readonly eventId: string;
  readonly atMs: number;
  /** Undefined: without data. */
  readonly says: TrueStatus | undefined;
  readonly arrivesAtMs: readonly number[];
}

/** All that happens to an item, in its true order, and all that is reported of it. */
export interface World {
  readonly changes: ReadonlyArray<{ readonly atMs: number; readonly status: TrueStatus }>;
  readonly statements: readonly Reporting[];
}

/** The unit of all times: a sixth of the hour after which an event is no longer fresh. */
export const unitMs = 600_000;
/** Arrivals, questions and answers never fall on the instant of a change or of each other. */
const arrivalOffsetMs = 100_000;

const statement = fc.record({
  withData: fc.boolean(),
  delays: fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 24 })), {
    minLength: 1,
    maxLength: 2,
  }),
});
const statements = fc.array(statement, { minLength: 1, maxLength: 3 });
const known = fc.constantFrom<TrueStatus>('BUYABLE', 'NOT_BUYABLE');

/** What happens in one instant: one change, reported with data or without, or two changes, each reported with its data. */
const instant = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('one' as const),
      status: fc.oneof(
        { weight: 4, arbitrary: known },
        { weight: 1, arbitrary: fc.constantFrom<TrueStatus>('UNKNOWN', 'ABSENT') },
      ),
      reported: statements,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('two' as const), last: known, first: statements, second: statements }),
  },
);
type Instant = typeof instant extends fc.Arbitrary<infer Value> ? Value : never;

interface Happening {
  readonly status: TrueStatus;
  readonly reported: ReadonlyArray<{ withData: boolean; delays: readonly number[] }>;
}

function happeningsOf(one: Instant): readonly Happening[] {
  if (one.kind === 'one') return [{ status: one.status, reported: one.reported }];
  const first = one.last === 'BUYABLE' ? 'NOT_BUYABLE' : 'BUYABLE';
  const withData = (reported: Happening['reported']) => reported.map((each) => ({ ...each, withData: true }));
  return [
    { status: first, reported: withData(one.first) },
    { status: one.last, reported: withData(one.second) },
  ];
}

function worldOf(instants: ReadonlyArray<{ at: number; happens: Instant }>): World {
  const happenings = instants
    .toSorted((one, other) => one.at - other.at)
    .flatMap(({ at, happens }) => happeningsOf(happens).map((each) => ({ ...each, atMs: at * unitMs })));
  const reported = happenings.flatMap(({ atMs, status, reported: all }, index) =>
    all.map(({ withData, delays }, number): Reporting => ({
      eventId: `event-${index}-${number}`,
      atMs,
      says: withData && status !== 'ABSENT' ? status : undefined,
      arrivesAtMs: delays.map((delay) => atMs + delay * unitMs + arrivalOffsetMs),
    })),
  );
  return { changes: happenings.map(({ atMs, status }) => ({ atMs, status })), statements: reported };
}

/** Up to five instants at which something happens, reported in any order and up to four hours late. */
export const worlds: fc.Arbitrary<World> = fc
  .uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 10 }), happens: instant }), {
    selector: ({ at }) => at,
    minLength: 1,
    maxLength: 5,
  })
  .map(worldOf);

/** How one question goes. */
export interface Question {
  /** From the moment it may be asked, in milliseconds. */
  readonly askedAfterMs: number;
  /** From the asking to the answer, in milliseconds. */
  readonly answeredAfterMs: number;
  readonly goes: 'well' | 'wrong' | 'denied';
  /** Where an event ends the question: whether its answer comes in the same moment. */
  readonly comesLate: boolean;
}

const question: fc.Arbitrary<Question> = fc.record({
  askedAfterMs: fc.integer({ min: 0, max: 4 }).map((units) => units * unitMs + 1_000),
  answeredAfterMs: fc.integer({ min: 0, max: 4 }).map((units) => units * unitMs + 1_000),
  goes: fc.oneof(
    { weight: 4, arbitrary: fc.constant('well' as const) },
    fc.constantFrom('wrong' as const, 'denied' as const),
  ),
  comesLate: fc.boolean(),
});

/** How the service behaves: question by question, and then for good. */
export interface Service {
  readonly questions: readonly Question[];
  readonly inTheEnd: 'answers' | 'isSilent';
}

export const services: fc.Arbitrary<Service> = fc.record({
  questions: fc.array(question, { maxLength: 12 }),
  inTheEnd: fc.constantFrom('answers' as const, 'isSilent' as const),
});
