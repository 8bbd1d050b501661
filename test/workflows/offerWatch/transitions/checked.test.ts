import { offerDetails, offerStatus } from '../../../../src/workflows/offerWatch/details.ts';
import type { OfferRole } from '../../../../src/workflows/offerWatch/contract.ts';
import type { CheckFinding } from '../../../../src/workflows/offerWatch/state.ts';
import { day, onDay, prefix, release, Simulation, startMs } from '../simulation.ts';

const shows = (endsAt: string): CheckFinding => ({ found: 'offer', endsAt });
const last = (simulation: Simulation) => simulation.sent.at(-1)?.notice;

/** A watch over an offer that ends on day 40, on the day before its first reminder. */
function watched(more: object = {}): Simulation {
  const simulation = new Simulation();
  simulation.hear(release('one', 0, day(40), more));
  simulation.advanceTo(onDay(9));
  return simulation;
}

describe('in between AWS is asked every week', () => {
  test('so that an end that was moved nearer than the next known reminder is noticed, and reminded of', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, day(360)));
    simulation.advanceTo(onDay(8));
    simulation.shows = shows(day(17));
    simulation.advanceTo(onDay(14));
    expect(simulation.names()).toEqual(['released:one', `moved:${day(17)}:1:one`]);
    simulation.advanceTo(onDay(17));
    expect(simulation.names().slice(2)).toEqual([`${day(17)}:before-1d`]);
  });

  test('but not of a public offer, whose end nobody moves, nor while it cannot be read', () => {
    const publicOffer = new Simulation();
    publicOffer.hear(release('one', 0, day(200), { targetedBuyerCount: 0 }));
    const denied = new Simulation();
    denied.hear(release('one', 0, day(200)));
    denied.shows = { found: 'notAllowed', offerId: 'offer-1' };
    for (const simulation of [publicOffer, denied]) simulation.advanceTo(onDay(169));
    expect([publicOffer.asked, denied.asked]).toEqual([[], [onDay(7)]]);
  });

  test('and less often of an end that is years ahead', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, '9999-12-31T00:00:00.000Z'));
    simulation.advanceTo(onDay(3_650));
    expect(simulation.asked).toEqual([]);
    const threeYears = new Simulation();
    threeYears.hear(release('one', 0, day(3 * 364)));
    threeYears.advanceTo(onDay(40));
    expect(threeYears.asked[0]).toBe(onDay(21));
  });
});

describe('a calendar date, in any of its forms', () => {
  const date = (time: string): string => `2026-05-31T${time}Z`;
  const forms = ['00:00:00.000', '23:59:59.000', '23:59:59.999'].map(date);

  test.each(forms.flatMap((one) => forms.map((other) => [one, other])))('%s, then %s: no other end', (one, other) => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, one));
    simulation.hear(release('two', 1, other));
    expect(simulation.names()).toEqual(['released:one']);
    simulation.advanceTo(Date.parse(date('23:59:58')));
    const reminders = simulation.sent.slice(1).map(({ atMs }) => Date.parse(date('00:00:00')) - atMs);
    expect(reminders).toEqual([30, 7, 1].map((days) => days * 86_400_000));
    expect(offerStatus(simulation.watch).state).toBe('watching');
    simulation.advanceTo(Date.parse(date('23:59:59.999')));
    expect(offerStatus(simulation.watch).state).toBe('expired');
  });

  test('is named as the last minute of the day, everywhere', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, forms[0]));
    expect(last(simulation)).toMatchObject({ dueAt: date('23:59:59.999') });
    expect(last(simulation)?.lines.join()).toContain('It ends at 2026-05-31 23:59 UTC');
    expect(offerDetails(simulation.watch)).toContain('**Ends:** 2026-05-31 23:59 UTC');
  });

  test('that AWS shows as today’s midnight is good for the rest of the day, and not withdrawn', () => {
    const simulation = watched();
    simulation.shows = shows('2026-03-12T00:00:00.000Z');
    simulation.advanceTo(onDay(10));
    expect(offerStatus(simulation.watch).state).toBe('watching');
    expect(last(simulation)?.title).toContain('has another end: 2026-03-12 23:59 UTC');
  });
});

describe('before each reminder and before the end AWS is asked', () => {
  test('once each', () => {
    const simulation = watched();
    simulation.advanceTo(onDay(60));
    expect(simulation.asked).toEqual([7, 10, 17, 24, 31, 33, 39, 40].map(onDay));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
    expect(simulation.names()).toHaveLength(4);
  });

  test('and not for what was reminded of already, nor where nothing is due', () => {
    const simulation = watched();
    simulation.advanceTo(onDay(10));
    simulation.hear(release('two', 11, day(60)));
    simulation.hear(release('three', 12, day(40)));
    expect(simulation.asked).toEqual([7, 10].map(onDay));
    simulation.advanceTo(onDay(33));
    expect(simulation.asked).toEqual([7, 10, 17, 24, 31, 33].map(onDay));
  });
});

describe('an end that has moved', () => {
  test('to a later day: one notice says so, and reminders go by the new end', () => {
    const simulation = watched();
    simulation.shows = shows(day(200));
    simulation.advanceTo(onDay(10));
    expect(simulation.names()).toEqual(['released:one', `moved:${day(200)}:1:one`]);
    expect(last(simulation)).toMatchObject({
      id: `${prefix}:moved:${day(200)}:1:one`,
      kind: 'reminder',
      severity: 'information',
      title: 'Offer “Spring” (offer-1) has another end: 2026-09-18 12:00 UTC',
      lines: [
        'AWS shows another end. Until now its end was 2026-04-11 12:00 UTC.',
        'It ends at 2026-09-18 12:00 UTC (in 190 days).',
        'Buyers it is targeted at: 2.',
      ],
      dueAt: day(200),
    });
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching', expiresAt: day(200) });
    expect(offerDetails(simulation.watch)).toContain('**Ends:** 2026-09-18 12:00 UTC');
    simulation.advanceTo(onDay(300));
    expect(simulation.names().slice(2)).toEqual(
      ['before-30d', 'before-7d', 'before-1d'].map((reminder) => `${day(200)}:${reminder}`),
    );
    expect(last(simulation)?.lines[1]).toBe('It ends at 2026-09-18 12:00 UTC (in 24 hours).');
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test('at the very end: the watch goes on, and is not expired', () => {
    const simulation = watched();
    simulation.advanceTo(onDay(39.5));
    simulation.shows = shows(day(80));
    simulation.advanceTo(onDay(45));
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching', expiresAt: day(80) });
    simulation.advanceTo(onDay(80));
    expect(simulation.names().slice(4)).toEqual([
      `moved:${day(80)}:1:one`,
      ...['before-30d', 'before-7d', 'before-1d'].map((reminder) => `${day(80)}:${reminder}`),
    ]);
    expect(simulation.watch.phase).toMatchObject({ end: 'expired' });
  });

  test('to an earlier day that is ahead: what lies ahead of it reminds', () => {
    const simulation = watched();
    simulation.shows = shows(day(20));
    simulation.advanceTo(onDay(20));
    expect(simulation.names().slice(1)).toEqual([
      `moved:${day(20)}:1:one`,
      `${day(20)}:before-7d`,
      `${day(20)}:before-1d`,
    ]);
    expect(simulation.watch.phase).toMatchObject({ end: 'expired' });
  });

  test('away and back reminds of nothing twice, and each move has an identity of its own', () => {
    const simulation = watched();
    simulation.advanceTo(onDay(32));
    simulation.shows = shows(day(45));
    simulation.advanceTo(onDay(33));
    simulation.shows = shows(day(40));
    simulation.advanceTo(onDay(38));
    simulation.shows = shows(day(45));
    simulation.advanceTo(onDay(39));
    simulation.advanceTo(onDay(50));
    const names = simulation.names();
    expect(names).toEqual([
      'released:one',
      `${day(40)}:before-30d`,
      `moved:${day(45)}:1:one`,
      `moved:${day(40)}:2:one`,
      `moved:${day(45)}:3:one`,
      `${day(45)}:before-1d`,
    ]);
  });

  test('stays where it is when the same release comes in another event', () => {
    const simulation = watched();
    simulation.shows = shows(day(200));
    simulation.advanceTo(onDay(10));
    simulation.hear(release('two', 11, day(40)));
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(200));
    expect(simulation.names()).toHaveLength(2);
    simulation.hear(release('three', 12, day(90)));
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(90));
    expect(simulation.names().slice(2)).toEqual(['moved:three']);
    expect(last(simulation)?.lines[1]).toBe('Until now its end was 2026-09-18 12:00 UTC.');
  });

  test('that a later release confirms is no news', () => {
    const simulation = watched();
    simulation.shows = shows(day(200));
    simulation.advanceTo(onDay(10));
    simulation.hear(release('two', 11, day(200)));
    expect(simulation.names()).toHaveLength(2);
    expect(offerStatus(simulation.watch).expiresAt).toBe(day(200));
  });
});

describe('a release that comes when its end is past', () => {
  test('is reported as ended, and AWS is asked at once', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', -3, day(-1)));
    expect(simulation.asked).toEqual([startMs]);
    expect(simulation.names()).toEqual(['released:one']);
    expect(last(simulation)?.nextStep).toContain('it can no longer be bought');
    expect(offerStatus(simulation.watch).state).toBe('expired');
  });

  test('whose end has moved meanwhile is watched', () => {
    const simulation = new Simulation();
    simulation.shows = shows(day(20));
    simulation.hear(release('one', -3, day(-1)));
    expect(simulation.names()).toEqual(['released:one', `moved:${day(20)}:1:one`]);
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching', expiresAt: day(20) });
  });

  test('is expired only once AWS was asked, or could not be for a day', () => {
    const simulation = new Simulation();
    simulation.take(release('one', -3, day(-1)));
    expect(offerStatus(simulation.watch).state).toBe('watching');
    simulation.shows = { found: 'unanswered', sentence: 'Away.' };
    simulation.answer();
    expect(offerStatus(simulation.watch).state).toBe('expired');
  });
});

describe('the same end in another form', () => {
  const date = '2026-04-11';

  test('is no move', () => {
    const simulation = new Simulation();
    simulation.hear(release('one', 0, `${date}T00:00:00Z`));
    simulation.shows = shows(`${date}T23:59:59.999Z`);
    simulation.advanceTo(Date.parse(`${date}T00:00:00Z`) - 1);
    expect(simulation.names().slice(1)).toEqual(
      ['before-30d', 'before-7d', 'before-1d'].map((reminder) => `${date}T00:00:00.000Z:${reminder}`),
    );
  });

  test('ends the watch no sooner than AWS shows', () => {
    const simulation = new Simulation({ beforeEndMs: [86_400_000, 0] });
    simulation.hear(release('one', 0, `${date}T00:00:00Z`));
    simulation.shows = shows(`${date}T23:59:59.999Z`);
    simulation.advanceTo(Date.parse(`${date}T23:59:59.998Z`));
    expect(offerStatus(simulation.watch).state).toBe('watching');
    // What is known of the later time outlasts a check without an answer.
    simulation.shows = { found: 'unanswered', sentence: 'Away.' };
    simulation.advanceTo(Date.parse(`${date}T23:59:59.999Z`));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
    expect(simulation.names()).toHaveLength(2);
  });
});

describe('an offer that was withdrawn', () => {
  test('ends the watch with one notice', () => {
    const simulation = watched();
    simulation.shows = shows('2023-01-01T23:59:59.999Z');
    simulation.advanceTo(onDay(100));
    expect(simulation.names()).toEqual(['released:one', 'withdrawn:2023-01-01T23:59:59.999Z:1:one']);
    expect(last(simulation)).toMatchObject({
      kind: 'resolution',
      title: 'Offer “Spring” (offer-1) was withdrawn',
      lines: [
        'AWS shows that it has ended at another time than the one known until now, 2026-04-11 12:00 UTC.',
        expect.stringContaining('You released this offer'),
        expect.stringContaining('It has ended at 2023-01-01 23:59 UTC'),
        'Buyers it is targeted at: 2.',
      ],
      nextStep: expect.stringContaining('it can no longer be bought'),
    });
    expect(last(simulation)).not.toHaveProperty('dueAt');
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'withdrawn' });
    expect(offerStatus(simulation.watch).nextStep).toBe('The offer was withdrawn: AWS shows an end that is past.');
  });

  test('stays withdrawn for repeats of its release, and not for a release with another end', () => {
    const simulation = new Simulation({ beforeEndMs: [12 * 3_600_000] });
    simulation.hear(release('one', 0, day(0.9)));
    simulation.shows = shows(day(-2));
    simulation.advanceTo(startMs + 0.5 * 86_400_000);
    expect(simulation.watch.phase).toMatchObject({ name: 'lingering', end: 'withdrawn' });
    simulation.hear(release('two', 0.1, day(0.9)));
    expect(simulation.watch.phase).toMatchObject({ name: 'lingering', end: 'withdrawn' });
    expect(simulation.names()).toHaveLength(2);
    simulation.hear(release('three', 0.5, day(50)));
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching', expiresAt: day(50) });
    simulation.advanceTo(onDay(52));
    expect(simulation.names().slice(2)).toEqual(['moved:three', `withdrawn:${day(-2)}:2:three`]);
  });
});

describe('what AWS does not say', () => {
  test.each<[string, CheckFinding, OfferRole, readonly string[]]>([
    [
      'not allowed, own offer',
      { found: 'notAllowed', offerId: 'offer-1' },
      'ownOffer',
      [
        'AWS did not say whether the end has moved: account 123456789012 may not read offer-1. If the offer is the account’s own, allow aws-marketplace:DescribeEntity to its role.',
        'The watch goes on by the end that is known.',
      ],
    ],
    [
      'not allowed, a partner’s offer',
      { found: 'notAllowed', offerId: 'offer-1' },
      'partnerOfferOnOwnProduct',
      [
        'AWS did not say whether the end has moved: account 123456789012 may not read offer-1. AWS may show it to the channel partner only.',
        'The watch goes on by the end that is known.',
      ],
    ],
    [
      'not found',
      { found: 'notFound', offerId: 'offer-1' },
      'ownOffer',
      [
        'AWS does not show offer-1 to account 123456789012, and does not say why.',
        'The watch goes on by the end that is known.',
      ],
    ],
    [
      'away',
      { found: 'unanswered', sentence: 'The deadline has passed.' },
      'ownOffer',
      [
        'AWS could not be asked whether the end has moved. The deadline has passed.',
        'The watch goes on by the end that is known.',
      ],
    ],
    [
      'no end',
      { found: 'offer' },
      'ownOffer',
      ['AWS shows no end of the offer that can be read.', 'The watch goes on by the end that is known.'],
    ],
    [
      'a draft',
      { found: 'offer', endsAt: day(40), unreleased: 'Draft' },
      'ownOffer',
      ['AWS shows it in the state "Draft", not as Released.'],
    ],
  ])('%s: each reminder goes out and says so, and the watch expires', (_name, finding, role, lines) => {
    const simulation = watched({ role });
    simulation.shows = finding;
    simulation.advanceTo(onDay(39));
    const reminders = simulation.sent.slice(1).map(({ notice }) => notice);
    expect(reminders).toHaveLength(3);
    for (const reminder of reminders) expect(reminder.lines.slice(-lines.length)).toEqual(lines);
    expect(offerDetails(simulation.watch)).toContain('checked at 2026-04-10 12:00 UTC');
    simulation.advanceTo(onDay(41));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  test('an answer leaves no such line', () => {
    const simulation = watched();
    simulation.shows = { found: 'notFound', offerId: 'offer-1' };
    simulation.advanceTo(onDay(10));
    expect(last(simulation)?.nextStep).toContain('this watch cannot follow while it cannot read the offer');
    simulation.shows = undefined;
    simulation.advanceTo(onDay(33));
    expect(last(simulation)?.lines.join()).not.toContain('AWS');
    expect(last(simulation)?.nextStep).toContain('this watch follows');
  });

  test('a finding that comes when nobody waits for it changes nothing', () => {
    const simulation = watched();
    const before = simulation.watch;
    simulation.apply({ type: 'checked', finding: shows(day(-1)) });
    expect(simulation.watch).toEqual(before);
  });

  test('a check that outlasts the end reminds of nothing any more', () => {
    const simulation = watched();
    simulation.nowMs = onDay(39);
    simulation.apply({ type: 'woken' });
    simulation.nowMs = onDay(40);
    simulation.apply({ type: 'checked', finding: { found: 'unanswered', sentence: 'Away.' } });
    expect(simulation.names()).toEqual(['released:one']);
    expect(simulation.watch.phase).toMatchObject({ name: 'checking', expiresAt: day(40) });
    simulation.answer();
    expect(simulation.names()).toEqual(['released:one']);
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'expired' });
  });

  /** AWS was asked for the last reminder, and what it said then reaches the watch long after the end. */
  function answeredLate(finding: CheckFinding): Simulation {
    const simulation = watched();
    simulation.nowMs = onDay(39);
    simulation.apply({ type: 'woken' });
    simulation.nowMs = onDay(50);
    simulation.apply({ type: 'checked', finding });
    return simulation;
  }

  test.each<[string, CheckFinding]>([
    ['the end as it was then', shows(day(40))],
    ['no answer', { found: 'unanswered', sentence: 'Away.' }],
    ['another end, which has come meanwhile', shows(day(45))],
  ])('%s, taken after the end: AWS is asked again, and the end has moved', (_name, finding) => {
    const simulation = answeredLate(finding);
    expect(offerStatus(simulation.watch).state).toBe('watching');
    simulation.shows = shows(day(90));
    simulation.answer();
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching', expiresAt: day(90) });
    expect(simulation.names().at(-1)).toMatch(/^moved:/);
  });

  test('another end that had come before AWS was asked: withdrawn', () => {
    const simulation = answeredLate(shows(day(38)));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'withdrawn' });
  });

  test('a release that comes during a check and moves the end ends the check', () => {
    const simulation = watched();
    simulation.nowMs = onDay(10);
    simulation.apply({ type: 'woken' });
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching' });
    expect(offerStatus(simulation.watch).nextStep).toContain('asks AWS whether the end has moved');
    simulation.hear(release('same', 9, day(40)));
    expect(simulation.watch.phase.name).toBe('checking');
    simulation.hear(release('two', 10, day(90)));
    expect(simulation.watch.phase.name).toBe('watching');
  });
});
