import { judgeContents } from '../../src/changeDetails/validation.ts';

const judge = (entityType: string, changeType: string, before: unknown, after: unknown, dropped: string[] = []) =>
  judgeContents({ entityType, changeType }, before, after, dropped);
const product = (changeType: string, before: unknown, after: unknown) =>
  judge('SaaSProduct@1.0', changeType, before, after);
const version = { Version: { VersionTitle: '1.2' }, DeliveryOptions: [{ DeliveryOptionTitle: 'A' }] };

test.each([
  [
    'UpdateVisibility',
    { TargetVisibility: 'Public' },
    {},
    ['TargetVisibility has to have a value: it is all that this change gives'],
  ],
  ['UpdateVisibility', { TargetVisibility: 'Public' }, { TargetVisibility: 'Limited' }, []],
  [
    'UpdateDeliveryOptions',
    {},
    { DeliveryOptions: [{ Id: 'a' }, { Id: 'a' }] },
    ['DeliveryOptions.1 has the same Id as another entry'],
  ],
  ['UpdateDeliveryOptions', {}, { DeliveryOptions: [{ Id: '' }] }, ['DeliveryOptions.0 has no Id']],
  ['UpdateDeliveryOptions', {}, { DeliveryOptions: {} }, ['DeliveryOptions must be a list']],
  ['UpdateInformation', { ProductTitle: 'T' }, {}, []],
])('%s from %j to %j', (changeType, before, after, problems) => {
  expect(product(changeType, before, after).problems).toEqual(problems);
});

test('what names the thing that is changed stays, and terms are told apart in nested lists', () => {
  expect(judge('AmiProduct@1.0', 'AddDeliveryOptions', version, { ...version, Version: {} }).problems).toEqual([
    'Version.VersionTitle has to have a value: it names what is changed',
  ]);
  const terms = (...keys: string[]) => ({
    Terms: [{ Type: 'T', RateCards: [{ RateCard: keys.map((DimensionKey) => ({ DimensionKey })) }] }],
  });
  expect(judge('Offer@1.0', 'UpdatePricingTerms', terms('a'), terms('a', 'b')).problems).toEqual([]);
  expect(judge('Offer@1.0', 'UpdatePricingTerms', terms('a'), terms('a', 'a')).problems).toEqual([
    'Terms.0.RateCards.0.RateCard.1 has the same DimensionKey as another entry',
  ]);
});

test('warns of an unknown change type, of dropped fields and of another kind of value', () => {
  expect(
    judge('Later@1.0', 'Update', { A: '\u00003', B: { C: 'x' } }, { A: '3', B: { C: ['x'] } }, ['D']).warnings,
  ).toEqual([
    'Update of Later is not known here: nobody has checked its fields',
    'D is not in the new details any more',
    'A was a number and is a text',
    'B.C was a text and is a list',
  ]);
});
