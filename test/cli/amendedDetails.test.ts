import { amendedDetails, editableDetails } from '../../src/cli/amendedDetails.ts';

const canary = 'canary5ignature';
const logo = `https://b.s3.amazonaws.com/logo.png?X-Amz-Signature=${canary}`;
const change = (details: string, changeType = 'UpdateInformation') => ({
  changeType,
  entityType: 'SaaSProduct@1.0',
  details,
  errors: [],
});
const present = change(
  `{"ProductTitle":"Old","LogoUrl":${JSON.stringify(logo)},"Price":1.10,"Long":12345678901234567890}`,
);

function opened() {
  const editable = editableDetails(present);
  if ('problem' in editable) throw new Error(editable.problem);
  return editable;
}
const left = (text: string) => amendedDetails(present, opened().contents, text);

test('an editor gets pretty JSON with the digits as they are, and no secret', () => {
  expect(opened()).toMatchObject({
    text: `{
  "ProductTitle": "Old",
  "LogoUrl": "<<kept by steward: LogoUrl>>",
  "Price": 1.10,
  "Long": 12345678901234567890
}
`,
    maskedPaths: ['LogoUrl'],
  });
});

test('what is proposed has the mask, and every digit', () => {
  expect(left(opened().text.replace('Old', 'New').replace('1.10', '1.20'))).toEqual({
    state: 'changed',
    details: '{"ProductTitle":"New","LogoUrl":"<<kept by steward: LogoUrl>>","Price":1.20,"Long":12345678901234567890}',
    difference: ['ProductTitle: “Old” becomes “New”', 'Price: number of 4 characters becomes number of 4 characters'],
    warnings: [],
  });
});

test.each([
  ['', 'nothing'],
  [' \n', 'white space'],
  [
    '{"Long":12345678901234567890,"Price":1.10,"LogoUrl":"<<kept by steward: LogoUrl>>","ProductTitle":"Old"}',
    'another order',
  ],
])('%j is no change: %s', (text) => expect(left(text)).toEqual({ state: 'unchanged' }));

test.each([
  ['{"ProductTitle":\n "New",}', /^it is not JSON/, false],
  [`{"ProductTitle": "New", "LogoUrl": "${logo}"`, /^it is not JSON/, true],
  ['{"ProductTitle": "New", "ClientSecret": "hunter2"', /^it is not JSON/, true],
  ['{"ProductTitle": "New", "ClientSecret": "<<kept by steward: ClientSecret>>"', /^it is not JSON/, false],
  ['["New"]', /^\(whole\) was an object and has to stay one, but is a list/, false],
  ['"New"', /no JSON object and no list/, false],
  ['{"A":1,"A":2}', /a field twice/, false],
  ['{"A":"\\u00001"}', /U\+0000/, false],
  [
    '{"ProductTitle":"<<kept by steward: LogoUrl>>"}',
    /^ProductTitle: what stands for a secret was edited or moved/,
    false,
  ],
  [
    `{"VideoUrl":"${logo}"}`,
    /^VideoUrl holds a secret, which the workflow’s history would keep|^VideoUrl holds a secret/,
    true,
  ],
  [`{"ProductTitle":"${'x'.repeat(16_400)}"}`, /must have 2 to 16384 characters, but have 16419/, false],
])('%j is refused, and nothing of it shows', (text, sentence, holdsSecret) => {
  const amended = left(text);
  expect(amended).toMatchObject({ state: 'wrong', holdsSecret });
  const problems = amended.state === 'wrong' ? amended.problems.join() : '';
  expect(problems).toMatch(sentence);
  expect(problems).not.toMatch(/canary|hunter2/);
});

test.each([
  [change('"a"', 'AddDimensions'), 'no JSON object and no list'],
  [change('no JSON'), 'no details'],
  [change('{"A":1,"A":2}'), 'a field twice'],
  [change('{"A":"\\u00001"}'), 'character'],
  [change(`{${JSON.stringify(logo)}:1}`), 'a name'],
  [{ ...change(''), details: undefined as never }, 'no details'],
])('%j is no text for an editor', (one, sentence) => {
  expect(editableDetails(one)).toEqual({ problem: expect.stringContaining(sentence) });
});

test('details that are a list are edited as one: dimensions have no object around them', () => {
  const secret = 'https://b.s3.amazonaws.com/a?X-Amz-Signature=canary5ignature';
  const dimensions = change(
    `[{"Key":"users","Types":["Entitled"],"Name":"Usres"},{"Key":"hosts","Types":["Entitled"],"Name":"Hosts","Link":"${secret}"}]`,
    'UpdateDimensions',
  );
  const editable = editableDetails(dimensions);
  if ('problem' in editable) throw new Error(editable.problem);
  expect(editable.maskedPaths).toEqual(['1.Link']);
  const amended = amendedDetails(dimensions, editable.contents, editable.text.replace('Usres', 'Users'));
  expect(amended).toEqual({
    state: 'changed',
    details:
      '[{"Key":"users","Types":["Entitled"],"Name":"Users"},{"Key":"hosts","Types":["Entitled"],"Name":"Hosts","Link":"<<kept by steward: 1.Link>>"}]',
    difference: ['0.Name: “Usres” becomes “Users”'],
    warnings: [],
  });
  const twice = editable.text.replace('hosts', 'users');
  expect(amendedDetails(dimensions, editable.contents, twice)).toMatchObject({
    state: 'wrong',
    problems: ['(whole).1 has the same Key and Types as another entry'],
  });
  expect(amendedDetails(dimensions, editable.contents, '{"Key":"users"}')).toMatchObject({ state: 'wrong' });
  expect(amendedDetails(dimensions, editable.contents, '[]')).toMatchObject({ state: 'changed' });
});
