import { whatMayBeDone } from '../../../src/workflows/offerWatch/actions.ts';
import { offerDetails } from '../../../src/workflows/offerWatch/details.ts';
import type { OfferReleasedMessage, OfferRole } from '../../../src/workflows/offerWatch/contract.ts';
import { day, onDay, release, Simulation } from './simulation.ts';

type AccountKind = NonNullable<OfferReleasedMessage['accountKind']> | undefined;

const roles: OfferRole[] = ['ownOffer', 'partnerOfferOnOwnProduct', 'ownOfferAsPartner', 'unknown'];
const kinds: AccountKind[] = ['vendor', 'channelPartner', 'privateMarketplaceAdministrator', undefined];
const changes = /UpdateAvailability|AvailabilityEndDate|submit/;

/** Who may move the end of a private offer: its seller of record, where the configuration has it as one that sells. */
const mayMove: ReadonlyArray<readonly [OfferRole, AccountKind]> = [
  ['ownOffer', 'vendor'],
  ['ownOffer', 'channelPartner'],
  ['ownOffer', undefined],
  ['ownOfferAsPartner', 'vendor'],
  ['ownOfferAsPartner', 'channelPartner'],
  ['ownOfferAsPartner', undefined],
];
const table = roles.flatMap((role) =>
  kinds.map((kind) => ({ role, kind, may: mayMove.some(([one, other]) => one === role && other === kind) })),
);

const asOf = (role: OfferRole, kind: AccountKind, more: Partial<OfferReleasedMessage> = {}) =>
  release('one', 0, more.offer?.expirationDate ?? day(40), {
    role,
    ...(kind === undefined ? {} : { accountKind: kind }),
    ...more,
  });

test.each(table)('$role, account kind $kind: the end may be moved: $may', ({ role, kind, may }) => {
  const withEnd = asOf(role, kind);
  const withoutEnd: OfferReleasedMessage = { ...withEnd, offer: { id: 'offer-1' } };
  expect(changes.test(whatMayBeDone(withEnd, false))).toBe(may);
  expect(changes.test(whatMayBeDone(withoutEnd, false))).toBe(may);
  // Of a public offer nobody can move the end, of one that has ended nobody any more, and a set's seller is not known.
  for (const [released, ended] of [
    [{ ...withEnd, targetedBuyerCount: 0 }, false],
    [withEnd, true],
    [{ ...withEnd, isOfferSet: true }, false],
    [{ ...withEnd, associatedOffers: [{ id: 'offer-2' }] }, false],
  ] as const) {
    expect(whatMayBeDone(released, ended)).not.toMatch(changes);
    expect(whatMayBeDone(released, ended)).not.toBe('');
  }
});

test.each(table.filter(({ may }) => !may))(
  'all that $role, account kind $kind, ever reads proposes no change',
  ({ role, kind }) => {
    const simulation = new Simulation();
    simulation.hear(asOf(role, kind));
    simulation.hear({ ...asOf(role, kind), eventId: 'two', offer: { id: 'offer-1', expirationDate: day(50) } });
    const seen = [offerDetails(simulation.watch)];
    simulation.advanceTo(onDay(50));
    expect(simulation.sent).toHaveLength(5);
    expect([...seen, offerDetails(simulation.watch), JSON.stringify(simulation.sent)].join('\n')).not.toMatch(changes);
  },
);

test.each([
  ['ownOffer', 'vendor', 'To move the end, submit UpdateAvailability'],
  ['ownOfferAsPartner', 'channelPartner', 'within what the manufacturer’s authorization allows'],
  ['partnerOfferOnOwnProduct', 'vendor', 'only the channel partner can change this offer'],
  ['ownOffer', 'privateMarketplaceAdministrator', 'the configuration has this account as a private marketplace'],
  ['unknown', 'vendor', 'If the offer is yours, see in the AWS Marketplace Management Portal'],
] as const)('%s, account kind %s reads: %s', (role, kind, text) => {
  expect(whatMayBeDone(asOf(role, kind), false)).toContain(text);
});
