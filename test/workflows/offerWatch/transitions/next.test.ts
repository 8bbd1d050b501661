import { offerDetails, offerStatus } from '../../../../src/workflows/offerWatch/details.ts';
import type { OfferRole } from '../../../../src/workflows/offerWatch/contract.ts';
import { day, offerId, onDay, prefix, release, Simulation } from '../simulation.ts';

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

  test('counts the buyers in its lines, and names them in the lines that are for those who may know them', () => {
    const simulation = new Simulation();
    const targetedBuyerAccountIds = ['999988887777', '111122223333'];
    simulation.hear(release('one', 0, day(40), { targetedBuyerCount: 3, targetedBuyerAccountIds }));
    simulation.hear(release('two', 1, day(45), { targetedBuyerCount: 2, targetedBuyerAccountIds }));
    simulation.advanceTo(onDay(16));
    const sent = simulation.sent.map(({ notice }) => notice);
    expect(sent.map(({ buyerLines }) => buyerLines)).toEqual([
      ['Targeted at: 999988887777, 111122223333 and 1 more.'],
      ['Targeted at: 999988887777, 111122223333.'],
      ['Targeted at: 999988887777, 111122223333.'],
    ]);
    expect(sent[0]?.lines).toContain('Buyers it is targeted at: 3.');
    const elsewhere = [...sent.map((notice) => ({ ...notice, buyerLines: [] })), offerStatus(simulation.watch)];
    expect(`${JSON.stringify(elsewhere)}${offerDetails(simulation.watch)}`).not.toMatch(/999988887777|111122223333/);
  });

  test('of an offer that names no buyers has no lines for those who may know them', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(40), { targetedBuyerCount: 0 }));
    expect(simulation.sent[0]?.notice).not.toHaveProperty('buyerLines');
    expect(JSON.stringify(simulation.sent)).not.toContain('Buyers it is targeted at');
  });

  test('comes once, whatever is released after it', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(90)));
    simulation.hear(release('one', 0, day(90)));
    simulation.hear(release('two', 1, day(90)));
    simulation.hear(release('three', 2, day(95)));
    expect(simulation.names()).toEqual(['released:one', 'moved:three']);
  });
});

describe('the end date', () => {
  test('is reminded of 30, 7 and 1 days before, and ends the watch', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(90)));
    simulation.advanceTo(onDay(89.9));
    expect(simulation.sent.map(({ notice }) => notice.id).slice(1)).toEqual(
      ['before-30d', 'before-7d', 'before-1d'].map((reminder) => `${prefix}:${day(90)}:${reminder}`),
    );
    expect(simulation.sent.map(({ atMs }) => atMs).slice(1)).toEqual([onDay(60), onDay(83), onDay(89)]);
    simulation.advanceTo(onDay(90));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
    expect(offerStatus(simulation.watch).nextStep).toBe('The offer has ended. Reminders sent: 3.');
  });

  test('leaves out the reminders that are past', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(5)));
    simulation.advanceTo(onDay(5));
    expect(simulation.sent.map(({ notice }) => notice.id).slice(1)).toEqual([`${prefix}:${day(5)}:before-1d`]);
  });

  test('that is moved by another release moves the schedule; one that comes back reminds of nothing twice', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(40)));
    simulation.advanceTo(onDay(20));
    simulation.hear(release('two', 20, day(60)));
    simulation.advanceTo(onDay(31));
    simulation.hear(release('three', 31, day(40)));
    simulation.advanceTo(onDay(40));
    expect(simulation.names().slice(1)).toEqual([
      `${day(40)}:before-30d`,
      'moved:two',
      `${day(60)}:before-30d`,
      'moved:three',
      `${day(40)}:before-7d`,
      `${day(40)}:before-1d`,
    ]);
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test.each<[string, string | undefined, string | undefined, string, string]>([
    ['to another day', day(40), day(60), 'has another end: 2026-05-01 12:00 UTC', 'Until now its end was 2026-04-11'],
    ['away', day(40), undefined, 'no longer has an end date', 'Until now its end was 2026-04-11'],
    [
      'to a day, where there was none',
      undefined,
      day(60),
      'has another end: 2026-05-01',
      'Until now it had no end date',
    ],
    ['to a day that is past', day(40), day(-1), 'has another end: 2026-03-01', 'Until now its end was 2026-04-11'],
  ])('that is moved %s is reported once', (_how, before, after, title, line) => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, before));
    simulation.hear(release('two', 0.5, after));
    simulation.hear(release('two', 0.5, after));
    simulation.hear(release('three', 0.6, after));
    expect(simulation.names()).toEqual(['released:one', 'moved:two']);
    const notice = simulation.sent[1]?.notice;
    expect(notice).toMatchObject({ id: `${prefix}:moved:two`, kind: 'reminder', severity: 'information' });
    expect(notice?.title).toContain(title);
    expect(notice?.lines[1]).toContain(line);
  });

  test('of an older release does not count, and nobody hears of it', () => {
    const simulation = new Simulation();
    simulation.hear(release('newer', 5, day(90)));
    simulation.hear(release('older', 4, day(30)));
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(90));
    expect(simulation.names()).toEqual(['released:newer']);
  });

  test('of two releases of one instant is the one that came last', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(90)));
    simulation.hear(release('other', 0, day(30)));
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(30));
  });

  test('that comes late, after a newer release without one, is known as a repeat for a day of its own', () => {
    const simulation = new Simulation();
    simulation.hear(release('newer', 0));
    simulation.advanceTo(onDay(0.8));
    simulation.hear(release('older', -1, day(30)));
    simulation.advanceTo(onDay(1.7));
    expect(simulation.watch.phase.name).toBe('lingering');
    simulation.hear(release('older', -1, day(30)));
    simulation.advanceTo(onDay(1.8));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'noEndDate' });
    expect(simulation.names()).toEqual(['released:newer']);
  });

  test('at which somebody has set a reminder too, ends the watch without one', () => {
    const simulation = new Simulation({ beforeEndMs: [0] });
    simulation.hear(release('one', 0, day(3)));
    simulation.advanceTo(onDay(3));
    expect(simulation.names()).toEqual(['released:one']);
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test('in the year 9999 is waited for', () => {
    const end = '9999-12-31T23:59:59.000Z';
    const simulation = new Simulation();
    simulation.hear(release('one', 0, end));
    expect(simulation.watch.phase).toMatchObject({ name: 'watching', expiresAt: end });
    simulation.advanceTo(Date.parse(end));
    expect(simulation.names()).toEqual([
      'released:one',
      ...['30d', '7d', '1d'].map((reminder) => `${end}:before-${reminder}`),
    ]);
  });

  test('in the year 1 has passed', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, '0001-01-01T00:00:00.000Z'));
    expect(offerStatus(simulation.watch).state).toBe('expired');
    expect(simulation.sent[0]?.notice).toMatchObject({ nextStep: expect.stringContaining('can no longer be bought') });
    expect(simulation.sent[0]?.notice).not.toHaveProperty('dueAt');
  });

  test('that is past already is reported, and the watch stays as long as duplicates may come', () => {
    const simulation = new Simulation();
    simulation.hear(release('late', -3, day(-1)));
    expect(simulation.sent[0]?.notice.lines[1]).toBe('It has ended at 2026-03-01 12:00 UTC (24 hours ago).');
    expect(offerStatus(simulation.watch).state).toBe('expired');
    simulation.hear(release('late', -3, day(-1)));
    simulation.advanceTo(onDay(1));
    expect(simulation.sent).toHaveLength(1);
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test('that comes within a day of the release leaves the watch open until the day is over', () => {
    const simulation = new Simulation();
    simulation.deliver(release('one', 0, day(0.2)));
    simulation.advanceTo(onDay(0.9));
    expect(offerStatus(simulation.watch)).toMatchObject({
      state: 'expired',
      nextStep: expect.stringContaining('Duplicates of its release are recognised until 2026-03-03 12:00 UTC'),
    });
    simulation.deliver(release('one', 0, day(0.2)));
    simulation.advanceTo(onDay(1));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
    expect(simulation.names()).toEqual(['released:one']);
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
      { id: 'offer-4', name: 'Fourth' },
    ];
    const message = release('one', 0, undefined, {
      role: 'unknown',
      isOfferSet: true,
      associatedOffers: offers,
      targetedBuyerCount: 0,
    });
    const simulation = new Simulation();
    simulation.hear(message);
    expect(simulation.sent).toHaveLength(1);
    expect(simulation.sent[0]?.notice.lines).toEqual([
      'An offer set with 3 offers was released. Its event does not say who made it.',
      'It ends at 2026-04-11 12:00 UTC (in 40 days).',
      'Offer offer-2: ends 2026-04-21 12:00 UTC',
      'Offer offer-3: ends 2026-04-11 12:00 UTC',
      'Offer “Fourth” (offer-4): no end date',
      'Each of them also has its own watch, from its own event on.',
    ]);
    expect(simulation.sent[0]?.notice.title).toBe('Offer set “Spring” (offer-1) was released');
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(40));
    const details = offerDetails(simulation.watch);
    for (const { id } of offers) expect(details).toContain(id);
  });

  test('of an offer set that names no offers is its own', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(40), { role: 'unknown', isOfferSet: true, targetedBuyerCount: 0 }));
    expect(simulation.sent[0]?.notice.lines[0]).toBe(
      'An offer set whose event names no offers was released. Its event does not say who made it.',
    );
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(40));
  });

  test('of a set with more offers than are read is that of all', () => {
    const offers = Array.from({ length: 12 }, (_, index) => ({
      id: `offer-${index}`,
      expirationDate: day(90 - index),
    }));
    const simulation = new Simulation();
    simulation.hear(release('one', 0, undefined, { role: 'unknown', isOfferSet: true, associatedOffers: offers }));
    expect(simulation.sent[0]?.notice.lines).toContain('and 2 more offers');
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(79));
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
  expect(details).toContain('\\[x\\]\\(http\\[:\\]//y/…\\) \\<b\\>');
  expect(details).toContain('“\\# \\`z\\`”');
});
