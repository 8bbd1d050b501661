import fc from 'fast-check';
import { coverageOf } from '../../../src/activities/changeSetRemediation/coverage.ts';
import type { CatalogChange } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { knownChangeTypes } from '../../../src/workflows/changeSetRemediation/changeTypes.ts';
import type { ContentsRule } from '../../../src/workflows/changeSetRemediation/changeTypes/contents.ts';

function change(changeType: string, details: unknown, entity = 'AmiProduct', entityId = 'prod-abc'): CatalogChange {
  const text = typeof details === 'string' ? details : JSON.stringify(details);
  return { changeType, entityType: `${entity}@1.0`, entityId, details: text, errors: [] };
}

/** What the newer of two changes means for the older, as `coverage` or `coverage: evidence`. */
function verdict(older: CatalogChange, newer: CatalogChange): string {
  const { coverage, evidence } = coverageOf([older], [newer]);
  return evidence === undefined ? coverage : `${coverage} ${evidence}`;
}

const version = (
  title: string,
  details: object = { AmiDeliveryOptionDetails: { UsageInstructions: 'ssh' } },
): object => ({
  Version: { VersionTitle: title, ReleaseNotes: 'notes' },
  DeliveryOptions: [{ Details: details }],
});
const option = (id: string, details: object = {}): object => ({ DeliveryOptions: [{ Id: id, Details: details }] });
const dimension = (key: string, name = key): object => ({ Key: key, Types: ['Metered'], Name: name });
const prices = (...keys: string[]): object => ({
  PricingModel: 'Usage',
  Terms: [
    {
      Type: 'UsageBasedPricingTerm',
      CurrencyCode: 'USD',
      RateCards: [{ RateCard: keys.map((DimensionKey) => ({ DimensionKey, Price: '1.10' })) }],
    },
  ],
});
const upfront = (...months: string[]): object => ({
  Terms: [
    {
      Type: 'ConfigurableUpfrontPricingTerm',
      RateCards: months.map((Value) => ({
        Selector: { Type: 'Duration', Value },
        RateCard: [{ DimensionKey: 'a', Price: '1' }],
      })),
    },
  ],
});
const buyers = (...accounts: string[]): object => ({ PositiveTargeting: { BuyerAccounts: accounts } });

describe('what a newer change means for an older one', () => {
  test.each([
    // What it adds, and names by key.
    [
      'AmiProduct',
      'AddDeliveryOptions',
      version('1 (x86_64)'),
      version('1 (arm64)'),
      'leaves AddDeliveryOptions: another Version.VersionTitle',
    ],
    ['AmiProduct', 'AddDeliveryOptions', version('1'), version('1'), 'same'],
    [
      'AmiProduct',
      'AddDeliveryOptions',
      version('1'),
      version('1', { AmiDeliveryOptionDetails: { UsageInstructions: 'rdp' } }),
      'unknown AddDeliveryOptions: another DeliveryOptions.Details.AmiDeliveryOptionDetails.UsageInstructions',
    ],
    [
      'ContainerProduct',
      'AddDeliveryOptions',
      version('1', { EcrDeliveryOptionDetails: {} }),
      version('1', { HelmDeliveryOptionDetails: {} }),
      'leaves AddDeliveryOptions: an entry of DeliveryOptions',
    ],
    [
      'SaaSProduct',
      'AddDeliveryOptions',
      { DeliveryOptions: [{ Details: { SaaSUrlDeliveryOptionDetails: { FulfillmentUrl: 'https://a.example' } } }] },
      { DeliveryOptions: [{ Details: { SaaSUrlDeliveryOptionDetails: { FulfillmentUrl: 'https://b.example' } } }] },
      'unknown AddDeliveryOptions: another DeliveryOptions.Details.SaaSUrlDeliveryOptionDetails.FulfillmentUrl',
    ],
    [
      'AmiProduct',
      'AddDimensions',
      [dimension('a')],
      [dimension('b')],
      'leaves AddDimensions: an entry of its entries',
    ],
    ['AmiProduct', 'AddDimensions', [dimension('a')], [dimension('b'), dimension('a')], 'same'],
    ['AmiProduct', 'AddRegions', { Regions: ['us-east-1'] }, { Regions: ['eu-west-1'] }, 'leaves AddRegions: Regions'],
    ['AmiProduct', 'AddRegions', { Regions: ['us-east-1'] }, { Regions: ['eu-west-1', 'us-east-1'] }, 'same'],
    [
      'AmiProduct',
      'AddInstanceTypes',
      { InstanceTypes: ['m5.large'] },
      { InstanceTypes: ['m5.xlarge'] },
      'leaves AddInstanceTypes: InstanceTypes',
    ],
    [
      'ContainerProduct',
      'AddRepositories',
      { Repositories: [{ RepositoryName: 'a', RepositoryType: 'ECR' }] },
      { Repositories: [{ RepositoryName: 'b', RepositoryType: 'ECR' }] },
      'leaves AddRepositories: Repositories',
    ],
    [
      'DataProduct',
      'AddRevisions',
      { DataSetArn: 'arn:1', RevisionArns: ['r'] },
      { DataSetArn: 'arn:2', RevisionArns: ['r'] },
      'leaves AddRevisions: another DataSetArn',
    ],
    [
      'Experience',
      'AllowProductProcurement',
      { Products: [{ Ids: ['a'] }] },
      { Products: [{ Ids: ['b'] }] },
      'leaves AllowProductProcurement: Products',
    ],
    [
      'Experience',
      'AssociateAudience',
      { Principals: ['111122223333'] },
      { Principals: ['444455556666'] },
      'leaves AssociateAudience: Principals',
    ],
    // Parts that it sets by their key.
    [
      'AmiProduct',
      'UpdateDeliveryOptions',
      option('do-1'),
      option('do-2'),
      'leaves UpdateDeliveryOptions: an entry of DeliveryOptions',
    ],
    [
      'AmiProduct',
      'UpdateDeliveryOptions',
      option('do-1', { A: { Notes: 'x' } }),
      option('do-1', { A: { Instructions: 'y' } }),
      'leaves UpdateDeliveryOptions: DeliveryOptions.Details.A.Notes',
    ],
    [
      'AmiProduct',
      'UpdateDeliveryOptions',
      option('do-1', { A: { Images: ['x'] } }),
      option('do-1', { A: { Images: ['y'] } }),
      'replaced',
    ],
    [
      'AmiProduct',
      'RestrictDeliveryOptions',
      { DeliveryOptionIds: ['a'] },
      { DeliveryOptionIds: ['b'] },
      'leaves RestrictDeliveryOptions: DeliveryOptionIds',
    ],
    [
      'ContainerProduct',
      'UpdateDeliveryOptionsVisibility',
      { DeliveryOptions: [{ Id: 'a', TargetVisibility: 'Public' }] },
      { DeliveryOptions: [{ Id: 'b', TargetVisibility: 'Public' }] },
      'leaves UpdateDeliveryOptionsVisibility: an entry of DeliveryOptions',
    ],
    ['SaaSProduct', 'UpdateDimensions', [dimension('a', 'One')], [dimension('a', 'Two')], 'replaced'],
    [
      'SaaSProduct',
      'UpdateDimensions',
      [dimension('a')],
      [dimension('b')],
      'leaves UpdateDimensions: an entry of its entries',
    ],
    [
      'Offer',
      'UpdatePricingTerms',
      prices('a', 'b'),
      prices('a'),
      'leaves UpdatePricingTerms: an entry of Terms.RateCards.RateCard',
    ],
    ['Offer', 'UpdatePricingTerms', prices('a'), prices('b', 'a'), 'same'],
    [
      'Offer',
      'UpdatePricingTerms',
      upfront('P1M'),
      upfront('P12M'),
      'leaves UpdatePricingTerms: an entry of Terms.RateCards',
    ],
    // Fields of a partial document, in nested objects too.
    [
      'SaaSProduct',
      'UpdateInformation',
      { LongDescription: 'x' },
      { Sku: 'y' },
      'leaves UpdateInformation: LongDescription',
    ],
    [
      'SaaSProduct',
      'UpdateInformation',
      { LongDescription: 'x', Sku: 'a' },
      { Sku: 'a', LongDescription: 'x' },
      'same',
    ],
    ['SaaSProduct', 'UpdateInformation', { LongDescription: 'x' }, { LongDescription: 'y', Sku: 'b' }, 'replaced'],
    ['SaaSProduct', 'UpdateInformation', { Highlights: ['a', 'b'] }, { Highlights: ['c'] }, 'replaced'],
    [
      'SaaSProduct',
      'UpdateInformation',
      { A: { One: 1, Two: 2 } },
      { A: { One: 1 } },
      'leaves UpdateInformation: A.Two',
    ],
    ['SaaSProduct', 'UpdateInformation', { A: null, B: 1 }, { A: { One: 1 }, B: 1 }, 'leaves UpdateInformation: A'],
    // One form in place of another.
    ['SaaSProduct', 'UpdateInformation', { A: { One: 1 }, B: 1 }, { A: '', B: 1 }, 'leaves UpdateInformation: A'],
    ['SaaSProduct', 'UpdateInformation', { A: { One: 1 } }, { A: ['x'] }, 'leaves UpdateInformation: A'],
    ['SaaSProduct', 'UpdateInformation', { A: 'x' }, { A: ['x'] }, 'leaves UpdateInformation: A'],
    ['SaaSProduct', 'UpdateInformation', { A: 'x' }, { A: { One: 1 } }, 'leaves UpdateInformation: A'],
    // Null gives nothing.
    ['SaaSProduct', 'UpdateInformation', { A: 'text' }, { A: null, Sku: 'n' }, 'leaves UpdateInformation: A'],
    ['SaaSProduct', 'UpdateInformation', { A: { One: 1 } }, { A: null }, 'leaves UpdateInformation: A'],
    ['SaaSProduct', 'UpdateInformation', { A: { One: 1 } }, { A: { One: null } }, 'leaves UpdateInformation: A.One'],
    ['SaaSProduct', 'UpdateInformation', { A: ['x'] }, { A: null }, 'leaves UpdateInformation: A'],
    ['SaaSProduct', 'UpdateInformation', { A: null }, { A: 'x' }, 'unknown UpdateInformation: it gives nothing'],
    ['SaaSProduct', 'UpdateInformation', {}, { A: 'x' }, 'unknown UpdateInformation: it gives nothing'],
    ['AmiProduct', 'AddRegions', { Regions: [] }, { Regions: ['us-east-1'] }, 'unknown AddRegions: it gives nothing'],
    ['SaaSProduct', 'UpdateInformation', { A: [] }, { A: ['x'] }, 'replaced'],
    // What is made under one name, with other contents.
    [
      'AmiProduct',
      'AddDeliveryOptions',
      version('1', { Ami: { AmiSource: { AmiId: 'ami-1' } } }),
      version('1', { Ami: { AmiSource: { AmiId: 'ami-2' } } }),
      'unknown AddDeliveryOptions: another DeliveryOptions.Details.Ami.AmiSource.AmiId',
    ],
    [
      'ContainerProduct',
      'AddDeliveryOptions',
      version('1', { Addon: { AddOnName: 'a' } }),
      version('1', { Addon: { AddOnName: 'b' } }),
      'unknown AddDeliveryOptions: another DeliveryOptions.Details.Addon.AddOnName',
    ],
    [
      'ContainerProduct',
      'AddDeliveryOptions',
      version('1', { Ecr: { ContainerImages: ['a', 'b'] } }),
      version('1', { Ecr: { ContainerImages: ['a'] } }),
      'leaves AddDeliveryOptions: DeliveryOptions.Details.Ecr.ContainerImages',
    ],
    [
      'ContainerProduct',
      'AddDeliveryOptions',
      version('1', { Ecr: { ContainerImages: ['a'] } }),
      version('1', { Ecr: { ContainerImages: ['b', 'a'] } }),
      'same',
    ],
    // A key twice, or twice but for the letter case.
    [
      'SaaSProduct',
      'UpdateInformation',
      '{"Sku":"a","Sku":"b"}',
      '{"Sku":"b"}',
      'unknown UpdateInformation: contents that cannot be read',
    ],
    [
      'SaaSProduct',
      'UpdateInformation',
      '{"Sku":"b"}',
      '{"Sku":"a","Sku" :"b"}',
      'unknown UpdateInformation: contents that cannot be read',
    ],
    [
      'SaaSProduct',
      'UpdateInformation',
      { Sku: 'a' },
      { Sku: 'a', sku: 'b' },
      'unknown UpdateInformation: contents that cannot be read',
    ],
    ['SaaSProduct', 'UpdateInformation', { A: '"B":1, \\"' }, { A: '"B":1, \\"' }, 'same'],
    [
      'SaaSProduct',
      'UpdateVisibility',
      { TargetVisibility: 'Public' },
      '[]',
      'unknown UpdateVisibility: contents that cannot be read',
    ],
    [
      'SaaSProduct',
      'UpdateVisibility',
      { TargetVisibility: 'Public' },
      'null',
      'unknown UpdateVisibility: contents that cannot be read',
    ],
    [
      'Offer',
      'UpdateTargeting',
      { P: { Countries: ['DE'] } },
      { P: { Countries: ['DE'], BuyerAccounts: ['1'] } },
      'replaced',
    ],
    ['SaaSProduct', 'UpdateInformation', '{"A":1.10}', '{"A":1.1}', 'replaced'],
    [
      'SaaSProduct',
      'UpdateInformation',
      { LONGDESCRIPTION: 'x' },
      { LongDescription: 'x' },
      'leaves UpdateInformation: LONGDESCRIPTION',
    ],
    [
      'AmiProduct',
      'UpdateTargeting',
      buyers('111122223333'),
      buyers('444455556666'),
      'leaves UpdateTargeting: PositiveTargeting.BuyerAccounts',
    ],
    ['AmiProduct', 'UpdateTargeting', buyers('111122223333'), buyers('111122223333', '444455556666'), 'replaced'],
    [
      'Offer',
      'UpdateAvailability',
      { AvailabilityEndDate: '2027-01-01' },
      { AvailabilityEndDate: '2027-02-01' },
      'replaced',
    ],
    // One value, replaced whole.
    [
      'SaaSProduct',
      'UpdateVisibility',
      { TargetVisibility: 'Restricted', ReplacementProductId: 'prod-b' },
      { TargetVisibility: 'Public' },
      'replaced',
    ],
    [
      'SaaSProduct',
      'UpdateVisibility',
      { TargetVisibility: 'Public' },
      { ReplacementProductId: 'prod-b' },
      'leaves UpdateVisibility: TargetVisibility',
    ],
    [
      'SaaSProduct',
      'UpdateVisibility',
      { TargetVisibility: 'Public' },
      { TargetVisibility: null },
      'leaves UpdateVisibility: TargetVisibility',
    ],
    [
      'Solution',
      'UpdateVisibility',
      { TargetVisibility: 'Public' },
      { targetVisibility: 'Public' },
      'unknown UpdateVisibility: a field in another letter case',
    ],
    [
      'SaaSProduct',
      'UpdateVisibility',
      {},
      { TargetVisibility: 'Public' },
      'unknown UpdateVisibility: it gives nothing',
    ],
    // What is done or not.
    ['Offer', 'ReleaseOffer', {}, {}, 'same'],
    ['Offer', 'ReleaseOffer', {}, { Later: 1 }, 'unknown ReleaseOffer: other contents'],
    // What creates, and what nobody documents.
    [
      'SaaSProduct',
      'CreateProduct',
      { ProductTitle: 'A' },
      { ProductTitle: 'A' },
      'leaves CreateProduct: what it creates',
    ],
    ['Offer', 'CreateOffer', {}, {}, 'leaves CreateOffer: what it creates'],
    [
      'SaaSProduct',
      'UpdateSomethingNew',
      { A: 1 },
      { A: 1 },
      'unknown UpdateSomethingNew: contents that are not documented',
    ],
    [
      'ExpressPrivateOfferConfiguration',
      'DeleteExpressPrivateOfferConfiguration',
      {},
      {},
      'unknown DeleteExpressPrivateOfferConfiguration: contents that are not documented',
    ],
  ])('%s %s: %j then %j', (entity, changeType, older, newer, expected) => {
    expect(verdict(change(changeType, older, entity), change(changeType, newer, entity))).toBe(expected);
  });

  test.each([
    ['no JSON', 'nonsense', '{"LongDescription":"x"}'],
    ['a newer one that is no JSON', '{"LongDescription":"x"}', '{'],
    ['an empty text', '', '{}'],
    ['a text in place of an object', '"x"', '{"LongDescription":"x"}'],
    ['a list in place of an object', '["x"]', '{"LongDescription":"x"}'],
    ['lists in place of objects', '[{"LongDescription":"x"}]', '[{"Sku":"y"}]'],
    ['JSON as a text in JSON', JSON.stringify('{"LongDescription":"x"}'), JSON.stringify('{"Sku":"y"}')],
    ['numbers in place of objects', '1', '2'],
    ['a newer list in place of an object', '{"LongDescription":["x"]}', '{"LongDescription":{"0":"x"}}'],
    [
      'nesting without an end',
      `{"A":${'['.repeat(8_000)}${']'.repeat(8_000)}}`,
      `{"A":${'['.repeat(8_000)}1${']'.repeat(8_000)}}`,
    ],
    [
      'objects without an end',
      `${'{"A":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
      `${'{"A":'.repeat(3_000)}2${'}'.repeat(3_000)}`,
    ],
  ])('%s is never covered, and nothing crashes', (_, older, newer) => {
    const { coverage, evidence } = coverageOf(
      [change('UpdateInformation', older)],
      [change('UpdateInformation', newer)],
    );
    expect(['leaves', 'unknown']).toContain(coverage);
    expect(evidence?.length).toBeLessThanOrEqual(200);
  });

  test.each([
    [
      'in another letter case',
      'UpdateDeliveryOptions',
      { DeliveryOptions: [{ id: 'do-1' }] },
      { DeliveryOptions: [{ id: 'do-2' }] },
    ],
    [
      'a list in another letter case',
      'UpdateDeliveryOptions',
      { deliveryOptions: [{ Id: 'do-1' }] },
      { deliveryOptions: [{ Id: 'do-2' }] },
    ],
    [
      'a title in another letter case',
      'AddDeliveryOptions',
      { version: { versionTitle: '1' }, DeliveryOptions: [{ Details: {} }] },
      { version: { versionTitle: '2' }, DeliveryOptions: [{ Details: {} }] },
    ],
    [
      'without its key',
      'UpdateDeliveryOptions',
      { DeliveryOptions: [{ Details: { A: 1 } }] },
      { DeliveryOptions: [{ Details: { A: 2 } }] },
    ],
    [
      'with a key twice',
      'UpdateDeliveryOptions',
      {
        DeliveryOptions: [
          { Id: 'a', A: 1 },
          { Id: 'a', A: 2 },
        ],
      },
      { DeliveryOptions: [{ Id: 'a', A: 2 }] },
    ],
    [
      'with an empty key',
      'UpdateDeliveryOptions',
      { DeliveryOptions: [{ Id: '', Details: { A: 1 } }] },
      { DeliveryOptions: [{ Id: '', Details: { A: 2 } }] },
    ],
    [
      'with one of two keys',
      'AddDimensions',
      [{ Types: ['Metered'], Name: 'Users' }],
      [{ Types: ['Metered'], Name: 'Hosts' }],
    ],
    [
      'a title that is null',
      'AddDeliveryOptions',
      { Version: { VersionTitle: null }, DeliveryOptions: [{ Details: { A: {} } }] },
      { Version: { VersionTitle: null }, DeliveryOptions: [{ Details: { A: {} } }] },
    ],
    ['without the list', 'UpdateDeliveryOptions', { Id: 'do-1', Details: {} }, { Id: 'do-2', Details: {} }],
    [
      'no title',
      'AddDeliveryOptions',
      { DeliveryOptions: [{ Details: { A: {} } }] },
      { DeliveryOptions: [{ Details: { A: {} } }], Version: { VersionTitle: '1' } },
    ],
  ])('%s, nobody knows', (_, changeType, older, newer) => {
    expect(coverageOf([change(changeType, older)], [change(changeType, newer)]).coverage).toBe('unknown');
  });

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'a field named %s is one as any other',
    (name) => {
      const option = (list: string): string => `{"DeliveryOptions":[{"Id":"a"}],"${name}":${list}}`;
      const of = (list: string): CatalogChange => change('UpdateDeliveryOptions', option(list));
      expect(verdict(of('["x"]'), of('["x"]'))).toBe('same');
      expect(verdict(of('["x"]'), of('["y"]'))).toBe('replaced');
      expect(verdict(of('["x"]'), change('UpdateDeliveryOptions', '{"DeliveryOptions":[{"Id":"a"}]}'))).toBe(
        `leaves UpdateDeliveryOptions: ${name}`,
      );
    },
  );

  test('a document without an end is not compared', () => {
    let nested: unknown[] = [];
    for (let level = 0; level < 20_000; level += 1) nested = [nested];
    const endless: CatalogChange = { ...change('UpdateInformation', ''), detailsDocument: { A: nested } };
    const { details: _details, ...document } = endless;
    expect(coverageOf([document], [document]).coverage).toBe('unknown');
  });

  test('keys in another order are the same, and a document is as good as a text', () => {
    const document: CatalogChange = {
      changeType: 'AddDimensions',
      entityType: 'AmiProduct@1.0',
      entityId: 'prod-abc@7',
      detailsDocument: [{ Types: ['Metered'], Name: 'a', Key: 'a' }],
      errors: [],
    };
    expect(verdict(change('AddDimensions', [dimension('a')]), document)).toBe('same');
    const { detailsDocument: _document, ...empty } = document;
    expect(verdict(change('AddDimensions', [dimension('a')]), empty)).toBe(
      'unknown AddDimensions: contents that cannot be read',
    );
  });

  test('every change of the older one counts, each on its own entity', () => {
    const one = change('UpdateInformation', { Sku: 'a' });
    const two = change('UpdateVisibility', { TargetVisibility: 'Public' });
    const elsewhere = change('UpdateVisibility', { TargetVisibility: 'Public' }, 'AmiProduct', 'prod-other');
    expect(coverageOf([one, two], [two, one])).toEqual({ coverage: 'same' });
    expect(coverageOf([one, two], [one])).toEqual({ coverage: 'leaves', evidence: 'UpdateVisibility: not in it' });
    expect(coverageOf([one, two], [one, elsewhere])).toMatchObject({ coverage: 'leaves' });
    const reference = { ...one, entityId: '$Create.Entity.Identifier' };
    expect(coverageOf([reference], [reference])).toMatchObject({ coverage: 'leaves' });
    expect(coverageOf([], [one])).toMatchObject({ coverage: 'unknown' });
  });

  test('the evidence names fields and no values', () => {
    const secret = 'hunter2-hunter2';
    const { evidence } = coverageOf(
      [change('UpdateDeliveryOptions', option(secret, { A: secret }))],
      [change('UpdateDeliveryOptions', option('do-2', { A: secret }))],
    );
    expect(evidence).not.toContain('hunter2');
  });
});

const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** What AWS makes of a document by the rule, written down apart from the comparison: the state after it is applied. */
function applied(
  state: unknown,
  document: unknown,
  rule: ContentsRule,
  { nullClears, path = '' }: { readonly nullClears: boolean; readonly path?: string },
): unknown {
  if (rule.form !== 'fields') return document;
  if (document === null) return nullClears ? null : state;
  if (Array.isArray(document)) {
    const before: readonly unknown[] = Array.isArray(state) ? state : [];
    const key = rule.parts?.[path];
    if (key !== undefined) {
      const named = (entry: unknown): string =>
        JSON.stringify(
          [...key.fields, ...(key.kindIn ?? [])].map((name) => {
            const value = (entry as Record<string, unknown>)[name];
            return key.kindIn?.includes(name) && value !== undefined ? Object.keys(value as object).toSorted() : value;
          }),
        );
      const after = new Map(before.map((entry) => [named(entry), entry]));
      for (const entry of document)
        after.set(named(entry), applied(after.get(named(entry)), entry, rule, { nullClears, path }));
      return [...after.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
    }
    if (rule.values === 'replaced') return document;
    if (rule.values === 'set') return document.toSorted(byText);
    return [...new Map([...before, ...document].map((entry) => [JSON.stringify(entry), entry])).values()].toSorted(
      byText,
    );
  }
  if (typeof document !== 'object' || document === null) return document;
  const before = typeof state === 'object' && state !== null && !Array.isArray(state) ? state : {};
  const fields = Object.entries(document).map(
    ([name, value]) =>
      [
        name,
        applied((before as Record<string, unknown>)[name], value, rule, {
          nullClears,
          path: path === '' ? name : `${path}.${name}`,
        }),
      ] as const,
  );
  return { ...before, ...Object.fromEntries(fields) };
}

const ordered = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every path of a document that holds a value. */
function leavesOf(value: unknown, path = ''): readonly string[] {
  if (value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, one]) => leavesOf(one, `${path}/${name}`));
}

const word = fc.constantFrom('a', 'b', 'c');
const value = fc.oneof(word, fc.constant(null), fc.array(word, { maxLength: 2 }), fc.integer({ min: 0, max: 2 }));
const partial = fc.dictionary(word, fc.oneof(value, fc.dictionary(word, value, { maxKeys: 2 })), { maxKeys: 3 });
const list = (entry: fc.Arbitrary<object>, name: (entry: object) => unknown): fc.Arbitrary<readonly object[]> =>
  fc.uniqueArray(entry, { maxLength: 3, selector: (one) => JSON.stringify(name(one)) });
const optionEntry = fc.record({ Id: word, Details: partial });
const addedEntry = fc.record({ Details: fc.record({ Kind: partial }) });
const dimensionEntry = fc.record({ Key: word, Types: fc.constantFrom(['M'], ['E']), Name: word });
const priceEntry = fc.record({ DimensionKey: word, Price: word });
const documents: Readonly<Record<string, readonly [entity: string, fc.Arbitrary<unknown>]>> = {
  UpdateInformation: ['SaaSProduct', partial],
  UpdateTargeting: [
    'Offer',
    fc.record({ P: fc.record({ B: fc.uniqueArray(word) }, { requiredKeys: [] }) }, { requiredKeys: [] }),
  ],
  AddRegions: ['AmiProduct', fc.record({ Regions: fc.uniqueArray(word) })],
  UpdateDeliveryOptions: [
    'ContainerProduct',
    list(optionEntry, (one) => (one as { Id: string }).Id).map((DeliveryOptions) => ({ DeliveryOptions })),
  ],
  AddDeliveryOptions: [
    'ContainerProduct',
    fc.record({
      Version: fc.record({ VersionTitle: fc.constant('1'), Notes: word }, { requiredKeys: ['VersionTitle'] }),
      DeliveryOptions: list(addedEntry, () => 'Kind'),
    }),
  ],
  UpdateDimensions: [
    'SaaSProduct',
    list(dimensionEntry, (one) => [(one as { Key: string }).Key, (one as { Types: string[] }).Types]),
  ],
  UpdatePricingTerms: [
    'Offer',
    list(
      fc.record({
        Type: word,
        RateCards: fc.tuple(
          fc.record({ RateCard: list(priceEntry, (one) => (one as { DimensionKey: string }).DimensionKey) }),
        ),
      }),
      (one) => (one as { Type: string }).Type,
    ).map((Terms) => ({ Terms })),
  ],
  UpdateVisibility: [
    'SaaSProduct',
    fc.record(
      { TargetVisibility: fc.oneof(word, fc.constant(null)), ReplacementProductId: word },
      { requiredKeys: [] },
    ),
  ],
  ReleaseOffer: ['Offer', fc.oneof(fc.constant({}), partial)],
};

describe('covered, for whatever details', () => {
  test.each(Object.keys(documents))('%s: the newer one alone does what both would have done', (changeType) => {
    const [entity, document] = documents[changeType] ?? [];
    const rule = entity === undefined ? undefined : knownChangeTypes[entity]?.[changeType]?.contents;
    if (document === undefined || entity === undefined || rule === undefined) throw new Error('no such rule');
    let covered = 0;
    fc.assert(
      fc.property(
        document,
        document,
        document,
        fc.boolean(),
        fc.boolean(),
        (state, older, other, again, nullClears) => {
          // Chance alone seldom gives at least the same fields.
          const newer = again && isRecord(older) && isRecord(other) ? { ...older, ...other } : other;
          const { coverage } = coverageOf([change(changeType, older, entity)], [change(changeType, newer, entity)]);
          if (coverage !== 'same' && coverage !== 'replaced') return;
          covered += 1;
          // Nobody documents whether null takes a value away or leaves it alone: neither may make a difference.
          const after = (before: unknown, next: unknown): unknown => applied(before, next, rule, { nullClears });
          const start = after(undefined, state);
          expect(ordered(after(start, newer))).toBe(ordered(after(after(start, older), newer)));
          // The same means that every value of it is there.
          const alone = after(undefined, newer);
          expect(coverage === 'replaced' || ordered(after(alone, older)) === ordered(alone)).toBe(true);
          // No field that the older one sets stays unset.
          const set = leavesOf(newer);
          const unset = leavesOf(older).filter(
            (path) => !set.some((one) => one === path || one.startsWith(`${path}/`)),
          );
          // What belonged to a value goes with it.
          expect(unset.filter((path) => rule.form !== 'whole' || path === `/${rule.given}`)).toEqual([]);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(covered).toBeGreaterThan(20);
  });

  test('nothing crashes, and nothing is covered by what is no JSON', () => {
    const types = Object.entries(knownChangeTypes).flatMap(([entity, byType]) =>
      Object.keys(byType).map((changeType) => [entity, changeType] as const),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.string(), fc.json(), ([entity, changeType], text, json) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        fc.pre(!isJson);
        for (const [older, newer] of [
          [text, json],
          [json, text],
        ] as const) {
          const { coverage } = coverageOf([change(changeType, older, entity)], [change(changeType, newer, entity)]);
          expect(['leaves', 'unknown']).toContain(coverage);
        }
      }),
    );
  });

  test('a rule is there for every change type whose contents are documented', () => {
    const without = Object.entries(knownChangeTypes).flatMap(([entity, byType]) =>
      Object.entries(byType).flatMap(([changeType, { contents }]) =>
        contents === undefined ? [`${entity} ${changeType}`] : [],
      ),
    );
    expect(without).toEqual([
      'ExpressPrivateOfferConfiguration CreateExpressPrivateOfferConfiguration',
      'ExpressPrivateOfferConfiguration DeleteExpressPrivateOfferConfiguration',
      'AgentTokenContainer CreateAgentTokenContainer',
      'AgentTokenContainer RequestExpressPrivateOffer',
      'AgentTokenContainer ExpireToken',
    ]);
  });

  test('whatever creates is never covered', () => {
    for (const [entity, byType] of Object.entries(knownChangeTypes)) {
      for (const [changeType, { classes }] of Object.entries(byType)) {
        if (!classes.includes('create')) continue;
        const one = change(changeType, {}, entity);
        expect([entity, changeType, ['leaves', 'unknown'].includes(coverageOf([one], [one]).coverage)]).toEqual([
          entity,
          changeType,
          true,
        ]);
      }
    }
  });
});
