import { offerDetails, offerStatus } from '../../../../src/workflows/offerWatch/details.ts';
import { agreementProblem } from '../../../../src/workflows/offerWatch/transitions/agreements.ts';
import { day, onDay, prefix, release, Simulation } from '../simulation.ts';

const [ann, ben, eve] = ['999988887777', '111122223333', '555566667777'] as const;
const both = { targetedBuyerCount: 2, targetedBuyerAccountIds: [ann, ben] };
const by = (agreementId: string, buyerAccountId?: string) => ({
  eventId: `event-of-${agreementId}`,
  agreementId,
  ...(buyerAccountId === undefined ? {} : { buyerAccountId }),
});

function watched(more: object = both): Simulation {
  const simulation = new Simulation();
  simulation.hear(release('one', 0, day(40), more));
  return simulation;
}

describe('a private offer that every targeted buyer has accepted', () => {
  test('is reported once, names buyers to those only who may know them, and reminds of nothing more', () => {
    const simulation = watched();
    simulation.accept(by('agmt-1', ann));
    simulation.advanceTo(onDay(10));
    expect(simulation.names()).toEqual(['released:one', `${day(40)}:before-30d`]);
    expect(simulation.sent[1]?.notice.lines).toContain('Agreements so far: 1; accepted by 1 of 2 targeted buyers.');
    expect(simulation.sent[1]?.notice.buyerLines).toContain(`Accepted by: ${ann}.`);
    simulation.accept(by('agmt-2', ben));
    simulation.accept(by('agmt-2', ben));
    const notice = simulation.sent[2]?.notice;
    expect(notice).toMatchObject({
      id: `${prefix}:accepted:event-of-agmt-2`,
      kind: 'resolution',
      severity: 'information',
      title: 'Offer “Spring” (offer-1) was accepted',
      lines: [
        'All 2 buyers that it is targeted at have accepted it.',
        'No further reminder of its end goes out.',
        'Buyers it is targeted at: 2.',
      ],
      buyerLines: [`Targeted at: ${ann}, ${ben}.`, `Accepted by: ${ann}, ${ben}.`],
    });
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'accepted', agreements: 2 });
    simulation.advanceTo(onDay(100));
    expect(simulation.names()).toHaveLength(3);
    expect(simulation.asked).toEqual([onDay(7), onDay(10)]);
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'accepted' });
    const elsewhere = [
      ...simulation.sent.map(({ notice: each }) => ({ ...each, buyerLines: [] })),
      offerStatus(simulation.watch),
      offerDetails(simulation.watch),
    ];
    expect(JSON.stringify(elsewhere)).not.toMatch(/999988887777|111122223333/);
  });

  test('stays so for repeats, for the other party’s events, and for a release that moves its end', () => {
    const simulation = watched();
    for (const buyer of [ann, ben]) simulation.accept(by(`agmt-${buyer}`, buyer));
    expect(simulation.names()).toHaveLength(2);
    simulation.accept({ ...by(`agmt-${ann}`, ann), eventId: 'the manufacturer’s' });
    simulation.accept(by('agmt-3', ann));
    simulation.hear(release('one', 0, day(40), both));
    simulation.hear(release('two', 1, day(90), both));
    simulation.hear(release('older', 0.5, day(60), both));
    expect(simulation.names()).toHaveLength(2);
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'accepted', agreements: 3, expiresAt: day(90) });
    simulation.advanceTo(onDay(89));
    expect(simulation.watch.phase).toMatchObject({ name: 'lingering', end: 'accepted' });
    simulation.advanceTo(onDay(90));
    expect(simulation.watch.phase).toEqual({ name: 'ended', end: 'accepted' });
  });

  test('is open again for another buyer, until that one has accepted', () => {
    const simulation = watched();
    for (const buyer of [ann, ben]) simulation.accept(by(`agmt-${buyer}`, buyer));
    simulation.hear(release('two', 1, day(40), { targetedBuyerCount: 3, targetedBuyerAccountIds: [ann, ben, eve] }));
    expect(simulation.names().slice(2)).toEqual(['released:two']);
    simulation.advanceTo(onDay(11));
    expect(simulation.names().slice(3)).toEqual([`${day(40)}:before-30d`]);
    simulation.accept(by('agmt-eve', eve));
    expect(simulation.names().slice(4)).toEqual(['accepted:event-of-agmt-eve']);
    expect(offerStatus(simulation.watch).state).toBe('accepted');
  });

  test('is so as well where a release leaves out the buyer who had not', () => {
    const simulation = watched();
    simulation.accept(by('agmt-1', ann));
    simulation.hear(release('two', 1, day(40), { targetedBuyerCount: 1, targetedBuyerAccountIds: [ann] }));
    expect(simulation.names().slice(1)).toEqual(['accepted:two']);
    expect(simulation.sent[1]?.notice.lines[0]).toBe('The buyer that it is targeted at has accepted it.');
  });

  test('while AWS is being asked: nothing reminds any more', () => {
    const simulation = watched();
    simulation.nowMs = onDay(10);
    simulation.apply({ type: 'woken' });
    for (const buyer of [ann, ben]) simulation.accept(by(`agmt-${buyer}`, buyer));
    simulation.apply({ type: 'checked', finding: { found: 'offer', endsAt: day(90) } });
    expect(simulation.names()).toEqual(['released:one', `accepted:event-of-agmt-${ben}`]);
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'accepted', expiresAt: day(40) });
  });

  test('before its release reached the watch: the release finds it so', () => {
    const simulation = new Simulation();
    for (const buyer of [ann, ben]) simulation.accept(by(`agmt-${buyer}`, buyer));
    expect(simulation.names()).toEqual([]);
    simulation.hear(release('one', 0, day(40), both));
    expect(simulation.names()).toEqual(['released:one', 'accepted:one']);
  });
});

describe('what does not prove that every buyer has accepted', () => {
  test.each<[string, object, ReadonlyArray<readonly [string, string?]>, number]>([
    [
      'an account that it is not targeted at',
      both,
      [
        ['1', ann],
        ['2', eve],
      ],
      1,
    ],
    [
      'two agreements of one buyer',
      both,
      [
        ['1', ann],
        ['2', ann],
      ],
      1,
    ],
    ['agreements whose buyers are not named', both, [['1'], ['2'], ['3']], 0],
    [
      'a buyer fewer than the event counts',
      { targetedBuyerCount: 3, targetedBuyerAccountIds: [ann] },
      [
        ['1', ann],
        ['2', ben],
      ],
      2,
    ],
  ])('%s', (_name, more, agreements, accepted) => {
    const simulation = watched(more);
    for (const [id, buyer] of agreements) simulation.accept(by(`agmt-${id}`, buyer));
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching', agreements: agreements.length });
    expect(offerDetails(simulation.watch)).toContain(`accepted by ${accepted} of`);
    simulation.advanceTo(onDay(41));
    expect(simulation.names()).toHaveLength(4);
  });

  test('an offer that is targeted at nobody: agreements are counted, and reminders go on', () => {
    const simulation = watched({ targetedBuyerCount: 0 });
    for (const id of ['1', '2']) simulation.accept(by(`agmt-${id}`, ann));
    simulation.advanceTo(onDay(41));
    expect(simulation.names()).toHaveLength(4);
    expect(simulation.sent[1]?.notice.lines).toContain('Agreements so far: 2.');
  });

  test('an agreement after the watch has ended', () => {
    const simulation = watched({ targetedBuyerCount: 1 });
    simulation.advanceTo(onDay(41));
    const { watch } = simulation;
    simulation.accept(by('agmt-1', ann));
    expect(simulation.watch).toEqual(watch);
  });
});

describe('an offer that is targeted at a single buyer', () => {
  const toAnn = () => watched({ targetedBuyerCount: 1, targetedBuyerAccountIds: [ann] });

  test('is accepted by that buyer, or by an agreement whose event names nobody', () => {
    for (const buyer of [ann, undefined]) {
      const simulation = toAnn();
      simulation.accept(by('agmt-1', buyer));
      expect(simulation.names()).toEqual(['released:one', 'accepted:event-of-agmt-1']);
    }
  });

  test('is not accepted by an agreement of another account, which is noted without naming it', () => {
    const simulation = toAnn();
    simulation.accept(by('agmt-1', eve));
    simulation.accept({ ...by('agmt-1', undefined), eventId: 'the manufacturer’s' });
    expect(offerStatus(simulation.watch)).toMatchObject({
      state: 'watching',
      notes: ['Agreement agmt-1 was made by an account that the offer is not targeted at: no buyer’s.'],
    });
    simulation.advanceTo(onDay(11));
    expect(simulation.sent.at(-1)?.notice).toMatchObject({
      kind: 'reminder',
      lines: expect.arrayContaining(['Agreements so far: 1; accepted by 0 of 1 targeted buyers.']),
      buyerLines: [`Targeted at: ${ann}.`, `Agreements of accounts that it is not targeted at: ${eve}.`],
    });
    simulation.accept(by('agmt-2', ann));
    expect(offerStatus(simulation.watch).state).toBe('accepted');
  });

  test('reminds again once the other party’s event names another account', () => {
    const simulation = toAnn();
    simulation.accept(by('agmt-1', undefined));
    expect(offerStatus(simulation.watch).state).toBe('accepted');
    simulation.accept({ ...by('agmt-1', eve), eventId: 'the manufacturer’s' });
    expect(offerStatus(simulation.watch)).toMatchObject({ state: 'watching', agreements: 1 });
    simulation.advanceTo(onDay(11));
    expect(simulation.names().at(-1)).toMatch(/:before-30d$/);
  });

  test('released to another buyer, an agreement without a name stays the first one’s', () => {
    const simulation = toAnn();
    simulation.accept(by('agmt-1', undefined));
    simulation.hear(release('two', 1, day(40), { targetedBuyerCount: 1, targetedBuyerAccountIds: [ben] }));
    expect(offerStatus(simulation.watch).state).toBe('watching');
    expect(simulation.names().at(-1)).toBe('released:two');
  });
});

test('more buyers than the release names are counted by their accounts', () => {
  const buyers = Array.from({ length: 60 }, (_, index) => String(100_000_000_000 + index));
  const simulation = watched({ targetedBuyerCount: 60, targetedBuyerAccountIds: buyers.slice(0, 50) });
  for (const buyer of buyers.slice(0, 59)) simulation.accept(by(`agmt-${buyer}`, buyer));
  expect(offerStatus(simulation.watch).state).toBe('watching');
  simulation.accept(by('agmt-last', buyers[59]));
  expect(offerStatus(simulation.watch).state).toBe('accepted');
  expect(simulation.sent[1]?.notice.buyerLines?.[1]).toMatch(/ and 10 more\.$/);
});

test('of very many agreements the watch keeps a part, and counts all', () => {
  const simulation = watched({ targetedBuyerCount: 0 });
  for (let index = 0; index < 1_200; index += 1)
    simulation.accept(by(`agmt-${index}`, String(100_000_000_000 + index)));
  expect(simulation.watch.agreementCount).toBe(1_200);
  expect(simulation.watch.agreementIds).toHaveLength(1_000);
  expect(simulation.watch.acceptors).toHaveLength(1_000);
});

test.each([
  undefined,
  null,
  7,
  {},
  { eventId: 'e' },
  { eventId: 'e', agreementId: '' },
  { eventId: 'e', agreementId: 'a', buyerAccountId: 'ann' },
])('a payload that is no agreement (%j) is read as none', (payload) =>
  expect(agreementProblem(payload)).toContain('Ignored an agreement'),
);
