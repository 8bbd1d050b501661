import fc from 'fast-check';
import type { CheckFinding } from '../../../../src/workflows/offerWatch/state.ts';
import { day } from '../simulation.ts';

/** Ends of an offer, among them one day in both of its forms. */
export const ends = [
  undefined,
  day(-2),
  day(0.5),
  day(9.5),
  new Date(Date.parse(day(10.5)) - 1).toISOString(),
  day(33.3),
  day(200),
  '9999-12-31T23:00:00.000Z',
];
const agreementsOf = ['agmt-1', 'agmt-2', 'agmt-3', 'agmt-4', 'agmt-5'];
/** Buyers; nobody where an event does not name who accepted. */
export const buyers = ['999988887777', '111122223333', '555566667777', undefined];

/** Whom a release is targeted at: how many, and the first of them by name. */
export const targets = [
  { count: 0, named: 0 },
  { count: 1, named: 1 },
  { count: 2, named: 2 },
  { count: 2, named: 1 },
  { count: 3, named: 3 },
] as const;

/** A step of somebody or of time. */
export type Step =
  | { readonly type: 'release'; readonly end: number; readonly target: number; readonly ageHours: number }
  /** The same release under another event, as the one of the other party is. */
  | { readonly type: 'again' }
  | { readonly type: 'repeat'; readonly which: number }
  | { readonly type: 'agree'; readonly agreement: string; readonly buyer: number }
  | { readonly type: 'shows'; readonly end: number }
  | { readonly type: 'fails'; readonly finding: CheckFinding | undefined }
  | { readonly type: 'slow'; readonly hours: number }
  | { readonly type: 'stale'; readonly end: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'advance' | 'sleep'; readonly hours: number };

const end = fc.nat(ends.length - 1);
const hours = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 24, max: 800 }));
const failures: ReadonlyArray<CheckFinding | undefined> = [
  undefined,
  { found: 'notAllowed', offerId: 'offer-1' },
  { found: 'notFound', offerId: 'offer-1' },
  { found: 'unanswered', sentence: 'Away.' },
  { found: 'offer' },
];
const release = fc.record({
  type: fc.constant('release' as const),
  end,
  target: fc.nat(targets.length - 1),
  ageHours: fc.constantFrom(0, 0, 0, 30, 700),
});
const agree = fc.record({
  type: fc.constant('agree' as const),
  agreement: fc.constantFrom(...agreementsOf),
  buyer: fc.nat(buyers.length - 1),
});

/** A schedule of reminders in days before the end, and what happens. */
export const schedules = fc.constantFrom([30, 7, 1], [30, 7, 1], [1.5], [], [2, 0]);
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: release },
    { weight: 3, arbitrary: agree },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('shows' as const), end }) },
    {
      weight: 5,
      arbitrary: fc.record({ type: fc.constantFrom('advance' as const, 'advance' as const, 'sleep' as const), hours }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('again' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('repeat' as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('fails' as const), finding: fc.constantFrom(...failures) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('slow' as const), hours: fc.constantFrom(0, 1, 30, 30) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('stale' as const), end }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const) }) },
  ),
  { maxLength: 25 },
);
