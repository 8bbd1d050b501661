import fc from 'fast-check';
import type { Order } from './channel.ts';
import { automaticLimit, outcomeOf, type Sending, type TrueChangeSet, type Truth } from './truth.ts';

const many = <Item extends string>(item: Item, times: number): Item[] => Array.from({ length: times }, () => item);

const changeSet: fc.Arbitrary<TrueChangeSet> = fc.record({
  ending: fc.constantFrom(...many('SERVER_FAULT', 5), ...many('CLIENT_ERROR', 2), 'SUCCEEDED', 'CANCELLED' as const),
  sending: fc.constantFrom(
    'answered',
    'answered',
    'answerLost',
    'refused',
    'locked',
    'overtaken',
    'held',
    'answeredWrongly' as const,
  ),
  barred: fc.boolean(),
  missed: fc.boolean(),
  watched: fc.boolean(),
  answer: fc.constantFrom(...many('retry', 5), 'abandon' as const),
});

const givingUp = fc.record({
  attempt: fc.constantFrom(0, 1, 1, 1, 2, 2, 3, 4),
  moment: fc.constantFrom(
    'inspecting',
    'backingOff',
    'beforeAcceptance',
    'afterAcceptance',
    'inFlight',
    'missed',
    'answerLost',
    'checkFailed' as const,
  ),
  silent: fc.boolean(),
});

/** While an operator is asked anything but what became of a submit, an event that is not known for the lineage's own goes on. */
const asking: ReadonlySet<Sending> = new Set(['answeredWrongly', 'refused', 'held']);

const failed = ({ ending }: TrueChangeSet): boolean => outcomeOf(ending) === 'FAILED';

/**
 * Takes out what cannot be true together: only a failed change set has a successor; what is given up is given up at a
 * moment that comes; a listing that lags, and a check that fails or lies, are not piled upon each other.
 */
function consistent(raw: Truth): Truth {
  const successful = raw.changeSets.findIndex((one) => !failed(one));
  const [origin, ...successors] = raw.changeSets;
  const kept = successful === -1 ? successors : successors.slice(0, successful);
  const last = kept.length;
  const begun = Math.min(raw.begun, last);
  // Where an operator is asked first, nothing is sent that could be found, or held back by what an event puts right.
  const sends = raw.foundBy !== 'propose';
  const unlisted = sends && raw.unlisted && begun > 0 && raw.changeSets[begun - 1]?.ending === 'SERVER_FAULT';
  const misshown = sends && raw.misshown && successful !== -1 && last < automaticLimit && begun < Math.max(last, 1);
  const plan = unlisted || misshown ? undefined : raw.givingUp;
  const early = plan?.moment === 'inspecting' || plan?.moment === 'checkFailed';
  const attempt = early ? begun : plan?.attempt;
  const waited = plan?.moment === 'inFlight' || plan?.moment === 'missed';
  const fits =
    plan !== undefined &&
    attempt !== undefined &&
    (early ? failed(origin) : attempt > begun || (waited && attempt === 0 && begun === 0));
  const gentle = (one: TrueChangeSet, index: number): TrueChangeSet => ({
    ...one,
    ...(fits && index === attempt && waited ? { missed: plan.moment === 'missed' } : {}),
    ...(unlisted && index === begun && asking.has(one.sending) ? { sending: 'answered' } : {}),
    ...(unlisted && index === begun - 1 ? { barred: false } : {}),
    ...(misshown && index === last ? { barred: false, missed: false } : {}),
    ...((fits && index === attempt) || (unlisted && index === begun) || (misshown && index === last)
      ? { watched: false }
      : {}),
  });
  return {
    changeSets: [gentle(origin, 0), ...kept.map((one, index) => gentle(one, index + 1))],
    begun,
    unlisted,
    misshown,
    reportSuccess: raw.reportSuccess,
    creates: raw.creates,
    stale: raw.stale && !unlisted,
    checkFails: (raw.checkFails && !unlisted) || (fits && plan.moment === 'checkFailed'),
    ...(fits ? { givingUp: { ...plan, attempt } } : {}),
    ...(raw.foundBy === undefined ? {} : { foundBy: raw.foundBy }),
  };
}

/** What may be true of a lineage. */
export const truths: fc.Arbitrary<Truth> = fc
  .record({
    origin: changeSet,
    successors: fc.array(changeSet, { maxLength: 4 }),
    begun: fc.constantFrom(0, 0, 1, 2),
    unlisted: fc.boolean(),
    checkFails: fc.boolean(),
    stale: fc.boolean(),
    misshown: fc.boolean(),
    givingUp: fc.option(givingUp, { nil: undefined }),
    foundBy: fc.constantFrom(undefined, undefined, undefined, 'propose' as const, 'policy' as const),
    reportSuccess: fc.boolean(),
    creates: fc.boolean(),
  })
  .map(({ origin, successors, givingUp: plan, foundBy, ...rest }) =>
    consistent({
      changeSets: [origin, ...successors],
      ...rest,
      ...(plan === undefined ? {} : { givingUp: plan }),
      ...(foundBy === undefined ? {} : { foundBy }),
    }),
  );

/** The orders in which a truth can be reported. One that is abandoned is not contradicted: nobody checks any more. */
export const orders: fc.Arbitrary<Order> = fc.record({
  seed: fc.integer(),
  eagerness: fc.constantFrom(0, 0.3, 0.6, 0.9),
  copies: fc.integer({ min: 1, max: 3 }),
  contradictions: fc.boolean(),
  resets: fc.constantFrom(0, 0, 1, 3),
  foreign: fc.array(
    fc.record({
      marker: fc.constantFrom('own', 'own', 'other', 'none' as const),
      attempt: fc.integer({ min: 1, max: 4 }),
      outcome: fc.constantFrom('SUCCEEDED', 'FAILED', 'CANCELLED' as const),
    }),
    { maxLength: 4 },
  ),
});
