import fc from 'fast-check';
import { knownChangeTypes } from '../../../src/workflows/changeSetRemediation/changeTypes.ts';
import { explain, knownErrorCodes, printedSpellings } from '../../../src/workflows/changeSetRemediation/errorCodes.ts';
import { errorSources } from '../../../src/workflows/changeSetRemediation/errorCodes/sources.ts';
import { documentedErrorCodes } from './documentedErrorCodes.ts';

const pairs = Object.entries(documentedErrorCodes).flatMap(([family, codes]) =>
  [...new Set(codes)].map((code) => [family, code] as const),
);
const everyCode = [...new Set(pairs.map(([, code]) => code))];
const everyKnown = Object.entries(knownErrorCodes).flatMap(([family, codes]) =>
  Object.entries(codes).map(([code, entry]) => ({ family, code, entry })),
);
const unknown = explain('SOMETHING_NEW');

/** Names of change types in a text, such as UpdateTargeting. */
const changeTypeNames = /\b(?:Add|Associate|Create|Disassociate|Release|Restrict|Update)(?:[A-Z][a-z]+)+\b/g;
const everyChangeType = Object.values(knownChangeTypes).flatMap((types) => Object.keys(types));

describe('error codes', () => {
  test.each(pairs)('%s: %s is explained, in its family', (family, code) => {
    const { families, sentence, nextStep } = explain(code);
    expect(families).toContain(family);
    for (const text of [sentence, nextStep]) expect(text).toMatch(/^[A-Z].{9,}\.$/);
    expect([sentence, nextStep]).not.toContain(unknown.sentence);
    expect(code).toMatch(/^[a-zA-Z_]{1,72}$/);
  });

  test('the families hold these codes and no others', () => {
    const known = everyKnown.map(({ family, code }) => `${family} ${code}`);
    expect(known.toSorted()).toEqual(pairs.map((pair) => pair.join(' ')).toSorted());
  });

  test('every family names its documents, and the day on which they were read', () => {
    expect(Object.keys(errorSources)).toEqual(Object.keys(knownErrorCodes));
    for (const { documents, readOn } of Object.values(errorSources)) {
      expect(documents.length).toBeGreaterThan(0);
      expect(new Date(readOn).toISOString()).toBe(`${readOn}T00:00:00.000Z`);
    }
  });

  test('codes that mean different things are explained differently', () => {
    const sentences = everyCode.map((code) => explain(code).sentence);
    const twice = sentences.filter((sentence, index) => sentences.indexOf(sentence) !== index);
    expect(twice).toEqual([]);
    expect(sentences).not.toContain(explain('INVALID_HELM_NEW').sentence);
    expect(sentences).not.toContain(unknown.sentence);
  });

  test('a code of several families means the same in each', () => {
    for (const { code, entry } of everyKnown) expect(explain(code)).toMatchObject(entry);
    expect(explain('SCAN_ERROR').families).toEqual(['ami', 'imageBuilder', 'container']);
    expect(explain('MISSING_NAME').families).toEqual(['offer', 'solution']);
  });

  test('the texts fit where operators read them, and name only change types that exist', () => {
    for (const { code, entry } of everyKnown) {
      expect([code, entry.sentence.length <= 200, entry.nextStep.length <= 300]).toEqual([code, true, true]);
      const named = [...`${entry.sentence} ${entry.nextStep}`.matchAll(changeTypeNames)].map(([name]) => name);
      expect([code, named.filter((name) => !everyChangeType.includes(name))]).toEqual([code, []]);
    }
  });

  test('what AWS’s pages print with a wrong letter is known in both spellings', () => {
    expect(Object.keys(printedSpellings)).toEqual([
      'IINVALID_TYPE',
      'NCOMPATIBLE_ADDON_TYPE',
      'DIMENSIONS_NOT_RESTICTED',
    ]);
    for (const [printed, meant] of Object.entries(printedSpellings)) {
      expect(explain(printed)).toEqual(explain(meant));
      expect(explain(printed).families).not.toEqual([]);
      expect(everyCode).not.toContain(printed);
    }
  });

  test('exactly the codes of permissions and profiles that spread are repeated automatically', () => {
    expect(everyCode.filter((code) => explain(code).spreading).toSorted()).toEqual([
      'ASSET_ACCESS_EXCEPTION',
      'ASSET_NOT_FOUND',
      'IMAGE_INACCESSIBLE',
      'INCOMPATIBLE_SELLER_VERIFICATION',
      'INVALID_TAX_INFORMATION',
      'MISSING_SELLER_PROFILE_INFORMATION',
    ]);
  });

  test('what is repeated automatically can pass unchanged; a code that nobody knows may or may not', () => {
    for (const code of everyCode.filter((one) => explain(one).spreading)) {
      expect(explain(code).sameInput).toBe('canPass');
    }
    expect([unknown.sameInput, explain('INVALID_HELM_NEW').sameInput]).toEqual(['unknown', 'unknown']);
  });

  test('what can pass unchanged says that a retry follows; what ends the same does not end in a retry', () => {
    const stepsOf = (wanted: string) =>
      everyCode
        .map((code) => explain(code))
        .flatMap(({ sameInput, nextStep }) => (sameInput === wanted ? [nextStep] : []));
    expect(stepsOf('canPass').filter((step) => !/retry/i.test(step))).toEqual([]);
    expect(stepsOf('endsTheSame').filter((step) => /(?:then|and) retry\.?$/i.test(step))).toEqual([]);
    expect(stepsOf('canPass').length + stepsOf('endsTheSame').length).toBeGreaterThan(200);
  });

  test('what is not documented says so, and does not say how a repeat ends', () => {
    for (const code of documentedErrorCodes['reported'] ?? []) {
      expect(explain(code).sentence).toMatch(/sellers report this code, AWS documents no more\.$/);
      expect(explain(code)).toMatchObject({ sameInput: 'unknown', spreading: false, families: ['reported'] });
    }
  });

  test.each([
    ['AUDIT_ERROR', 'endsTheSame'],
    ['DUPLICATE_VERSION_TITLE', 'endsTheSame'],
    ['DUPLICATE_DELIVERY_OPTIONS', 'endsTheSame'],
    ['DUPLICATE_ECR_REPOSITORY_NAME', 'endsTheSame'],
    ['SCAN_ERROR', 'endsTheSame'],
    ['INCOMPATIBLE_PRICING_MODEL', 'endsTheSame'],
    ['INCOMPATIBLE_PRODUCT_STATUS', 'canPass'],
    ['INCOMPLETE_SELLER_PUBLIC_PROFILE', 'canPass'],
    ['INVALID_FULFILLMENT_URL', 'canPass'],
    ['TOO_MANY_OFFERS', 'unknown'],
    ['INVALID_DIMENSION', 'unknown'],
    ['INVALID_PRICE_CHANGE', 'unknown'],
  ])('%s with the same input: %s', (code, sameInput) => {
    expect(explain(code)).toMatchObject({ sameInput, spreading: false });
  });

  test.each([
    'SOMETHING_NEW',
    '',
    'scan_error',
    'SCAN_ERROR ',
    'INVALID_HELM',
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
  ])('“%s” is not known, and the answer says so', (code) => {
    expect(explain(code)).toEqual(unknown);
    expect(unknown).toMatchObject({ families: [], spreading: false });
    expect(unknown.sentence).toMatch(/not known/);
    expect(unknown.nextStep).toMatch(/AWS’s message/);
  });

  test('whatever text comes, only a listed code, a printed spelling or a Helm code is known', () => {
    const listed = [...everyCode, ...Object.keys(printedSpellings)];
    const near = fc
      .constantFrom(...listed)
      .chain((code) => fc.constantFrom(code, `${code}S`, code.slice(1), ` ${code}`));
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (code) => {
        expect(explain(code).families.length > 0).toBe(listed.includes(code) || code.startsWith('INVALID_HELM_'));
      }),
    );
  });

  test('a Helm code that is new is explained by its beginning', () => {
    expect(explain('INVALID_HELM_SOMETHING')).toMatchObject({ families: ['container'], spreading: false });
    expect(explain('INVALID_HELM_SOMETHING').sentence).toMatch(/Helm/);
    expect(explain('INVALID_HELM_CHART_URI').sentence).not.toBe(explain('INVALID_HELM_SOMETHING').sentence);
  });

  test.each([
    ['DUPLICATE_VERSION_TITLE', /may have taken effect/],
    ['AUDIT_ERROR', /new change set/],
    ['SCAN_ERROR', /names the weakness and the image or component, or it is a link.*share that link with nobody/],
    ['INVALID_VISIBILITY_TRANSITION', /may be there already/],
    ['INVALID_DELIVERY_OPTION', /restricted already/],
    ['INVALID_DELIVERY_OPTIONS', /one version only/],
    ['TOO_MANY_OFFERS', /A seller reports that waiting does not help/],
    ['INCOMPATIBLE_PRICING_MODEL', /A seller reports.*only a new product helps/],
    ['INELIGIBLE_SELLER', /ACE/],
  ])('%s warns of what a hasty retry would miss', (code, words) => {
    expect(explain(code).nextStep).toMatch(words);
  });
});

describe('error codes and change types', () => {
  /** Error codes in a text: capitals with an underscore. */
  const codesIn = (text: string): readonly string[] => text.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [];
  const familiesOf: Readonly<Record<string, readonly string[]>> = {
    AmiProduct: ['ami', 'imageBuilder', 'product'],
    ContainerProduct: ['container', 'product'],
    SaaSProduct: ['saas', 'product'],
    MachineLearningProduct: ['machineLearning', 'product'],
    Offer: ['offer'],
    OfferSet: ['offerSet'],
    ResaleAuthorization: ['resaleAuthorization'],
    Solution: ['solution'],
    Experience: ['privateMarketplace'],
  };

  test('every code that the table of change types names is known, in a family of that entity type', () => {
    const named = Object.entries(knownChangeTypes).flatMap(([entityType, types]) =>
      Object.values(types).flatMap(({ partialEffects, goesStale }) =>
        codesIn(`${partialEffects} ${goesStale ?? ''}`).map((code) => [entityType, code] as const),
      ),
    );
    expect(new Set(named.map(([, code]) => code)).size).toBeGreaterThanOrEqual(11);
    for (const [entityType, code] of named) {
      const { families } = explain(code);
      // The text on RestrictDeliveryOptions is one for three kinds of products, and names the code of each.
      const severalKinds = code.startsWith('INVALID_DELIVERY_OPTION');
      const expected = severalKinds ? Object.values(familiesOf).flat() : (familiesOf[entityType] ?? []);
      expect([entityType, code, families.some((family) => expected.includes(family))]).toEqual([
        entityType,
        code,
        true,
      ]);
    }
  });
});
