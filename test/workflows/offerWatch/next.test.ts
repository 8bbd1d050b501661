import fc from 'fast-check';
import { offerDefaults, type OfferPolicy } from '../../../src/workflows/offerWatch/defaults.ts';
import { offerDetails, offerStatus } from '../../../src/workflows/offerWatch/details.ts';
import type { OfferReleasedMessage, OfferRole } from '../../../src/workflows/offerWatch/messages.ts';
import { next, type OfferMessage } from '../../../src/workflows/offerWatch/next.ts';
import {
  expiryOf,
  newWatch,
  releaseProblem,
  wakeAtMs,
  type OfferCase,
} from '../../../src/workflows/offerWatch/state.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

const dayMs = 86_400_000;
const startMs = Date.parse('2026-03-02T12:00:00Z');
const day = (days: number): string => new Date(startMs + days * dayMs).toISOString();
const onDay = (days: number): number => startMs + days * dayMs;
const account = '123456789012';
const offerId = 'offer-1';
const prefix = `offer:${account}:${offerId}`;

function release(
  eventId: string,
  releasedOnDay: number,
  expirationDate?: string,
  more: Partial<OfferReleasedMessage> = {},
): OfferReleasedMessage {
  return {
    eventId,
    releasedAt: day(releasedOnDay),
    role: 'ownOffer',
    offer: { id: offerId, name: 'Spring', ...(expirationDate === undefined ? {} : { expirationDate }) },
    associatedOffers: [],
    productTitle: 'Scanner',
    manufacturerName: 'Maker',
    sellerOfRecordName: 'Seller',
    targetedBuyerCount: 2,
    ...more,
  };
}

/** The state machine on a clock of its own, woken when the workflow's timer would wake it. */
class Simulation {
  nowMs = startMs;
  watch: OfferCase;
  readonly sent: Array<{ readonly atMs: number; readonly notice: Notice }> = [];
  readonly policy: OfferPolicy = offerDefaults;

  constructor() {
    this.watch = newWatch({ account, offerId }, this.policy, startMs);
  }

  apply(message: OfferMessage): void {
    const { watch, notices } = next(this.watch, message, { policy: this.policy, nowMs: this.nowMs });
    this.watch = JSON.parse(JSON.stringify(watch)) as OfferCase;
    for (const notice of notices) this.sent.push({ atMs: this.nowMs, notice });
  }

  hear(message: OfferReleasedMessage): void {
    this.apply({ type: 'released', release: message });
  }

  advanceTo(targetMs: number): void {
    for (let { phase } = this.watch; phase.name !== 'ended' && wakeAtMs(phase) <= targetMs; { phase } = this.watch) {
      this.nowMs = Math.max(this.nowMs, wakeAtMs(phase));
      this.apply({ type: 'woken' });
    }
    this.nowMs = targetMs;
  }

  ids(): string[] {
    return this.sent.map(({ notice }) => notice.id);
  }
}

describe('the opening notice', () => {
  test.each<[OfferRole, string, RegExp]>([
    ['ownOffer', 'You released this offer for your own product, “Scanner”.', /UpdateAvailability/],
    [
      'partnerOfferOnOwnProduct',
      'The channel partner Seller released this offer for your product, “Scanner”.',
      /only the channel partner can change this offer/,
    ],
    ['ownOfferAsPartner', 'You released this offer as channel partner, for “Scanner” of Maker.', /UpdateAvailability/],
    [
      'unknown',
      'This offer for “Scanner” was released. Its event does not say what your account is to it.',
      /^For your information/,
    ],
  ])('says to the role %s what happened and what may be done', (role, happened, mayDo) => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(90), { role }));
    expect(simulation.sent).toHaveLength(1);
    const notice = simulation.sent[0]?.notice;
    expect(notice).toMatchObject({
      id: `${prefix}:released:one`,
      kind: 'opening',
      severity: 'information',
      title: 'Offer “Spring” (offer-1) was released',
      dueAt: day(90),
    });
    expect(notice?.lines.slice(0, 2)).toEqual([happened, 'It ends at 2026-05-31 12:00 UTC (in 90 days).']);
    expect(notice?.nextStep).toMatch(mayDo);
  });

  test.each<[OfferRole, string | undefined]>([
    ['partnerOfferOnOwnProduct', day(9)],
    ['partnerOfferOnOwnProduct', undefined],
    ['unknown', day(9)],
    ['unknown', undefined],
  ])('proposes to the role %s no change that only somebody else can make', (role, expirationDate) => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, expirationDate, { role }));
    expect(JSON.stringify(simulation.sent)).not.toContain('UpdateAvailability');
    expect(offerDetails(simulation.watch)).not.toContain('UpdateAvailability');
  });

  test('counts the buyers', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0));
    expect(simulation.sent[0]?.notice.lines).toContain('Buyers it is targeted at: 2.');
  });

  test('comes once, whatever is released after it', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(90)));
    simulation.hear(release('one', 0, day(90)));
    simulation.hear(release('two', 1, day(95)));
    expect(simulation.ids()).toEqual([`${prefix}:released:one`]);
  });
});

describe('the end date', () => {
  test('is reminded of 30, 7 and 1 days before, and ends the watch', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(90)));
    simulation.advanceTo(onDay(89.9));
    expect(simulation.ids().slice(1)).toEqual(
      ['before-30d', 'before-7d', 'before-1d'].map((rung) => `${prefix}:${day(90)}:${rung}`),
    );
    expect(simulation.sent.map(({ atMs }) => atMs).slice(1)).toEqual([onDay(60), onDay(83), onDay(89)]);
    simulation.advanceTo(onDay(90));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test('leaves out the rungs that are past', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(5)));
    simulation.advanceTo(onDay(5));
    expect(simulation.ids().slice(1)).toEqual([`${prefix}:${day(5)}:before-1d`]);
  });

  test('that is moved by another release moves the ladder; one that comes back reminds of nothing twice', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(40)));
    simulation.advanceTo(onDay(20));
    simulation.hear(release('two', 20, day(60)));
    simulation.advanceTo(onDay(31));
    simulation.hear(release('three', 31, day(40)));
    simulation.advanceTo(onDay(40));
    expect(simulation.ids().slice(1)).toEqual([
      `${prefix}:${day(40)}:before-30d`,
      `${prefix}:${day(60)}:before-30d`,
      `${prefix}:${day(40)}:before-7d`,
      `${prefix}:${day(40)}:before-1d`,
    ]);
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test('of an older release does not count', () => {
    const simulation = new Simulation();
    simulation.hear(release('newer', 5, day(90)));
    simulation.hear(release('older', 4, day(30)));
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(90));
  });

  test('that is past already is told, and the watch stays as long as duplicates may come', () => {
    const simulation = new Simulation();
    simulation.hear(release('late', -3, day(-1)));
    expect(simulation.sent[0]?.notice.lines[1]).toBe('It has ended at 2026-03-01 12:00 UTC (24 hours ago).');
    expect(offerStatus(simulation.watch).state).toBe('expired');
    simulation.hear(release('late', -3, day(-1)));
    simulation.advanceTo(onDay(1));
    expect(simulation.sent).toHaveLength(1);
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test('that is missing leaves the watch open for a day after its notice', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0));
    expect(offerStatus(simulation.watch).state).toBe('noEndDate');
    simulation.advanceTo(onDay(0.99));
    expect(simulation.watch.phase.name).toBe('lingering');
    simulation.advanceTo(onDay(1));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'noEndDate' });
    expect(simulation.sent).toHaveLength(1);
  });

  test('of an offer set is the first of its offers’', () => {
    const offers = [
      { id: 'offer-2', expirationDate: day(50) },
      { id: 'offer-3', expirationDate: day(40) },
      { id: 'offer-4' },
      { id: 'offer-5', expirationDate: 'some day' },
    ];
    const message = release('one', 0, undefined, { role: 'unknown', associatedOffers: offers, targetedBuyerCount: 0 });
    expect(expiryOf(message)).toBe(day(40));
    const simulation = new Simulation();
    simulation.hear(message);
    expect(simulation.sent).toHaveLength(1);
    expect(simulation.sent[0]?.notice.lines).toEqual([
      'An offer set with 4 offers was released. Its event does not say who made it.',
      'It ends at 2026-04-11 12:00 UTC (in 40 days).',
      'Offer offer-2: ends 2026-04-21 12:00 UTC',
      'Offer offer-3: ends 2026-04-11 12:00 UTC',
      'Offer offer-4: no end date',
      'Offer offer-5: ends some day',
    ]);
  });
});

test('a cancellation ends the watch; a release that comes in that moment is watched', () => {
  const simulation = new Simulation();
  simulation.hear(release('one', 0, day(90)));
  simulation.apply({ type: 'cancelled' });
  expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'abandoned' });
  expect(offerStatus(simulation.watch).nextStep).toContain('A later release starts it again.');
  simulation.hear(release('two', 1, day(91)));
  expect(simulation.watch.phase).toMatchObject({ name: 'watching', expiresAt: day(91) });
});

test('the vendor’s texts are harmless in the details', () => {
  const simulation = new Simulation();
  simulation.hear(
    release('one', 0, day(9), { offer: { id: offerId, name: '[x](http://y) <b>' }, productTitle: '# `z`' }),
  );
  const details = offerDetails(simulation.watch);
  expect(details).toContain('\\[x\\]\\(http://y\\) \\<b\\>');
  expect(details).toContain('“\\# \\`z\\`”');
});

test.each([
  [undefined, 'eventId (a text), releasedAt'],
  [release('one', 0, undefined, { role: 'owner' as OfferRole }), 'role (ownOffer, partnerOfferOnOwnProduct'],
  [{ ...release('one', 0), associatedOffers: [{}] }, 'associatedOffers (a list of objects with ids'],
  [{ ...release('one', 0), productTitle: 3 }, 'productTitle (a text, or left out)'],
])('a signal that is no release is named by its fields', (payload, text) => {
  expect(releaseProblem(payload)).toContain(text);
  expect(releaseProblem(release('one', 0))).toBeUndefined();
});

const dates = [undefined, day(-2), day(0.5), day(10), day(33.3), day(200), '9999-12-31T23:00:00.000Z'];
const steps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('release' as const),
      date: fc.nat(dates.length - 1),
      ageDays: fc.constantFrom(0, 0, 3),
      again: fc.boolean(),
    }),
    fc.record({
      type: fc.constantFrom('advance' as const, 'sleep' as const),
      hours: fc.integer({ min: 1, max: 1_500 }),
    }),
  ),
  { maxLength: 20 },
);

test('whatever happens: no notice twice, none too early, none after the end, and the watch ends with the offer', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const simulation = new Simulation();
      for (const [index, step] of taken.entries()) {
        const before = simulation.sent.length;
        if (step.type === 'release') {
          const message = release(`e${index}`, (simulation.nowMs - startMs) / dayMs - step.ageDays, dates[step.date]);
          simulation.hear(message);
          if (step.again) simulation.hear(message);
        } else if (step.type === 'advance') {
          simulation.advanceTo(simulation.nowMs + step.hours * 3_600_000);
        } else {
          simulation.nowMs += step.hours * 3_600_000;
          simulation.apply({ type: 'woken' });
        }
        const expiresAt = offerStatus(simulation.watch).expiresAt;
        for (const { atMs, notice } of simulation.sent
          .slice(before)
          .filter((each) => each.notice.kind === 'reminder')) {
          const days = Number(/:before-(\d+)d$/.exec(notice.id)?.[1]);
          expect(notice.id).toContain(`:${expiresAt ?? ''}:`);
          expect(atMs).toBeGreaterThanOrEqual(Date.parse(expiresAt ?? '') - days * dayMs);
          expect(atMs).toBeLessThan(Date.parse(expiresAt ?? ''));
        }
      }
      expect(new Set(simulation.ids()).size).toBe(simulation.sent.length);
      expect(simulation.sent.filter(({ notice }) => notice.kind === 'opening').length).toBeLessThanOrEqual(1);
      const end = offerStatus(simulation.watch).expiresAt ?? day(0);
      simulation.advanceTo(Math.max(Date.parse(end), simulation.nowMs) + dayMs);
      expect(simulation.watch.phase.name).toBe('ended');
    }),
    { numRuns: 200 },
  );
});
