import { explain, knownErrorCodes } from '../../../src/workflows/changeSetRemediation/errorCodes.ts';

const offerCodes = [
  ...[
    'PRODUCT',
    'AGREEMENT',
    'RESALE_AUTHORIZATION',
    'TERMS',
    'TARGETING',
    'PAYMENT_SETTINGS',
    'SELLER_VERIFICATION',
  ].map((what) => `INCOMPATIBLE_${what}`),
  ...['AVAILABILITY_END_DATE', 'RATE_CARD', 'GRANTS', 'UPDATE_REQUEST', 'TAX_INFORMATION'].map(
    (what) => `INVALID_${what}`,
  ),
  ...['MANDATORY_TERMS', 'BUYER_ACCOUNTS', 'NAME', 'DESCRIPTION', 'AVAILABILITY_END_DATE'].map(
    (what) => `MISSING_${what}`,
  ),
  'TOO_MANY_OFFERS',
];

/** The codes of AWS's documentation, written down apart from the data. */
const documented: Readonly<Record<string, readonly string[]>> = {
  ami: [
    'INVALID_AMI_NAME',
    'INVALID_PRODUCT',
    'DUPLICATE_VERSION_TITLE',
    'INVALID_VERSION_TITLE',
    'INVALID_RELEASE_NOTES',
    'INVALID_USAGE_INSTRUCTIONS',
    'INVALID_RECOMMENDED_INSTANCE_TYPE',
    'INVALID_SECURITY_GROUP',
    'INVALID_SCANNING_PORT',
    'INVALID_AMI_ID',
    'INVALID_AMI_ARCHITECTURE',
    'RECOMMENDED_INSTANCE_TYPE_NOT_AVAILABLE',
    'INCOMPATIBLE_AMI',
    'INCOMPATIBLE_OPERATING_SYSTEM',
    'EXISTING_AMI_PRODUCT_CODE',
    'ASSET_NOT_FOUND',
    'ASSET_ACCESS_EXCEPTION',
    'SCAN_ERROR',
    'MISSING_DELIVERY_OPTION_IDS',
    'INVALID_DELIVERY_OPTIONS',
    'ALL_DELIVERY_OPTIONS_RESTRICTED',
    'INVALID_REGIONS',
    'TOO_MANY_REGIONS',
    'MISSING_DIMENSIONS',
    'UPDATE_PRICING_REQUIRED',
  ],
  container: [
    'INCOMPATIBLE_PRODUCT_STATUS',
    'INCOMPATIBLE_SERVICES',
    ...['MISSING', 'TOO_MANY', 'DUPLICATE', 'INVALID'].map((what) => `${what}_CONTAINER_IMAGES`),
    'INVALID_CONTAINER_IMAGE_URI',
    'INVALID_CONTAINER_IMAGE_TAG',
    'IMAGE_NOT_FOUND',
    'IMAGE_INACCESSIBLE',
    'INVALID_ARN',
    'INVALID_HELM_CHART_IMAGES',
    'INVALID_HELM_CHART_URI',
    'INVALID_HELM_OBJECTS',
    'INVALID_HELM_SENSITIVE_CONFIG',
    'SCAN_ERROR',
    'DUPLICATE_VERSION_TITLE',
  ],
  imageBuilder: [
    'FAILED_LAUNCH_TEST',
    'SSHAuthFailedForUserAndKeypair',
    'INVALID_IMAGE_BUILDER_COMPONENT_PACKAGE',
    'INCOMPLETE_SELLER_PUBLIC_PROFILE',
    'ASSET_NOT_FOUND',
    'ASSET_ACCESS_EXCEPTION',
    'SCAN_ERROR',
    'DUPLICATE_VERSION_TITLE',
  ],
  offer: offerCodes,
  product: [
    'AUDIT_ERROR',
    'INVALID_VISIBILITY_TRANSITION',
    'MISSING_SELLER_PROFILE_INFORMATION',
    'UNSUPPORTED_CATALOG',
    'INELIGIBLE_SELLER',
    'INVALID_INPUT',
  ],
};
const pairs = Object.entries(documented).flatMap(([family, codes]) => codes.map((code) => [family, code] as const));
const everyCode = [...new Set(pairs.map(([, code]) => code))];
const unknown = explain('SOMETHING_NEW');

describe('error codes', () => {
  test.each(pairs)('%s: %s is explained, in its family', (family, code) => {
    const { families, sentence, nextStep } = explain(code);
    expect(families).toContain(family);
    for (const text of [sentence, nextStep]) expect(text).toMatch(/^[A-Z].{9,}\.$/);
    expect([sentence, nextStep]).not.toContain(unknown.sentence);
    expect(code).toMatch(/^[a-zA-Z_]{1,72}$/);
  });

  test('the families hold these codes and no others', () => {
    const known = Object.entries(knownErrorCodes).flatMap(([family, codes]) =>
      Object.keys(codes).map((code) => `${family} ${code}`),
    );
    expect(known.toSorted()).toEqual(pairs.map((pair) => pair.join(' ')).toSorted());
  });

  test('codes that mean different things are explained differently', () => {
    const sentences = everyCode.map((code) => explain(code).sentence);
    expect(new Set([...sentences, explain('INVALID_HELM_NEW').sentence, unknown.sentence]).size).toBe(
      everyCode.length + 2,
    );
  });

  test('a code of several families means the same in each', () => {
    for (const [code, entry] of Object.values(knownErrorCodes).flatMap((codes) => Object.entries(codes))) {
      expect(explain(code)).toMatchObject(entry);
    }
    expect(explain('SCAN_ERROR').families).toEqual(['ami', 'container', 'imageBuilder']);
  });

  test('exactly the codes of permissions and profiles that spread can pass unchanged', () => {
    expect(everyCode.filter((code) => explain(code).spreading).toSorted()).toEqual([
      'ASSET_ACCESS_EXCEPTION',
      'ASSET_NOT_FOUND',
      'IMAGE_INACCESSIBLE',
      'INCOMPATIBLE_SELLER_VERIFICATION',
      'INVALID_TAX_INFORMATION',
      'MISSING_SELLER_PROFILE_INFORMATION',
    ]);
  });

  test('what the service repeats by itself can pass unchanged; a code that nobody knows may or may not', () => {
    for (const code of everyCode.filter((one) => explain(one).spreading)) {
      expect(explain(code).sameInput).toBe('canPass');
    }
    expect([unknown.sameInput, explain('INVALID_HELM_NEW').sameInput]).toEqual(['unknown', 'unknown']);
  });

  test.each([
    ['AUDIT_ERROR', 'endsTheSame'],
    ['DUPLICATE_VERSION_TITLE', 'endsTheSame'],
    ['SCAN_ERROR', 'endsTheSame'],
    ['INCOMPATIBLE_PRODUCT_STATUS', 'canPass'],
    ['INCOMPLETE_SELLER_PUBLIC_PROFILE', 'canPass'],
    ['TOO_MANY_OFFERS', 'unknown'],
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

  test('a Helm code that is new is explained by its beginning', () => {
    expect(explain('INVALID_HELM_SOMETHING')).toMatchObject({ families: ['container'], spreading: false });
    expect(explain('INVALID_HELM_SOMETHING').sentence).toMatch(/Helm/);
    expect(explain('INVALID_HELM_CHART_URI').sentence).not.toBe(explain('INVALID_HELM_SOMETHING').sentence);
  });

  test.each([
    ['DUPLICATE_VERSION_TITLE', /may have taken effect/],
    ['AUDIT_ERROR', /new change set/],
    ['SCAN_ERROR', /Management Portal.*secret/],
    ['INVALID_VISIBILITY_TRANSITION', /may be there already/],
    ['INVALID_DELIVERY_OPTIONS', /restricted already/],
  ])('%s warns of what a hasty retry would miss', (code, words) => {
    expect(explain(code).nextStep).toMatch(words);
  });
});
