import fc from 'fast-check';
import { readContents } from '../../src/changeDetails/contents.ts';
import { differenceOf } from '../../src/changeDetails/difference.ts';
import { hasSecretNames, masked, restored } from '../../src/changeDetails/masking.ts';
import { holdsSecret } from '../../src/workflows/shared/secrets/forms.ts';
import { writtenContents } from '../../src/changeDetails/writing.ts';

const canary = 'Canary7oken0123456789';

/** Texts with a secret, as details of changes have them. */
const secretTexts = [
  `https://b.s3.amazonaws.com/a?X-Amz-Signature=${canary}`,
  `https:\\/\\/b.s3.amazonaws.com\\/a?x\\u003d1\\u0026X-Amz-Signature\\u003d${canary}`,
  `https://b.s3.amazonaws.com/a?x=1&amp;X-Amz-Credential=${canary}`,
  `https%3A%2F%2Fb.example%2Fa%3Fa%3D1%26Signature%3D${canary}`,
  `see https://b.blob.core.windows.net/a?sv=2020&sig=${canary} for the guide`,
  `https://user:${canary}@example.com/repository`,
  `https://${canary}@example.com/repository`,
  `https://cdn.example.com/a?token=${canary}`,
  `AKIA${'ABCDEFGHIJKLMNOP'} ${canary}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${canary}`,
  `eyJhbGciOiJIUzI1NiJ9.${canary.repeat(100)}.x`,
  `Bearer ${canary}`,
  `password: ${canary}`,
  `{"ApiKey": "${canary}"}`,
  `ghp_${canary}`,
  `aws_secret_access_key = ${canary}`,
  `{\\"password\\":\\"${canary}\\"}`,
  `pass\u200bword: ${canary}`,
  `https://b.example/a?x=1&amp;X-Amz-Signature&#61;${canary}`,
  `Authorization: Basic ${canary}`,
  `https://b.example/a?jwt=${canary}`,
];

test.each(secretTexts)('%s is a secret, in any field', (text) => {
  expect(holdsSecret(['LongDescription'], text)).toBe(true);
});

test.each(['AdminPassword', 'ClientSecret', 'accessToken', 'API_KEY', 'Credentials', 'ExternalId'])(
  'whatever stands in a field named %s is a secret',
  (field) => expect(holdsSecret([field, 'Value'], 'anything')).toBe(true),
);

test.each([
  'Acme Scanner: a secretly good product, version 1.10, for 12 tokens',
  'https://example.com/logo.png',
  'https://example.com/page?id=12&lang=en#top',
  'arn:aws:iam::111122223333:role/marketplace',
  'support@example.com',
  'The password is the id of the instance.',
])('%s is none', (text) => expect(holdsSecret(['LongDescription'], text)).toBe(false));

const plainText = fc.oneof(
  fc.string(),
  fc.constantFrom('<<kept by steward: a>>', '<<kept by steward: a.0>>', '<< KEPT BY STEWARD', 'x', '1.10'),
);
const number = fc.constantFrom('1.10', '-2e3', '12345678901234567890', '0').map((digits) => `\u0000${digits}`);
const secret = fc.constantFrom(...secretTexts);
const { contents } = fc.letrec<{ contents: unknown; value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    plainText.filter((text) => !text.includes('\u0000')),
    number,
    secret,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('contents'),
  ),
  contents: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'Secret', 'LogoUrl', '__proto__', '0'), tie('value'), {
    maxKeys: 4,
  }),
}));

test('what is masked and unchanged is put back, whatever the contents', () => {
  fc.assert(
    fc.property(contents, (value) => {
      const text = writtenContents(masked(value).value, 2);
      const read = readContents(text);
      expect(text).not.toContain(canary);
      expect(restored(read?.value, value)).toMatchObject({ value });
    }),
  );
});

test('no secret shows in the difference of any two contents, nor does a digest of one', () => {
  const change = { entityType: 'SaaSProduct@1.0', changeType: 'UpdateInformation' };
  fc.assert(
    fc.property(contents, contents, (one, other) => {
      const lines = differenceOf(change, one, other).lines.join('\n');
      expect(lines).not.toContain(canary);
    }),
  );
  const [line] = differenceOf(change, { LogoUrl: secretTexts[0] }, { LogoUrl: secretTexts[4] }).lines;
  expect(line).toMatch(/^LogoUrl: a secret, string of \d+ characters becomes a secret, string of \d+ characters$/);
});

test('a secret that moved within a list, or to another field, is refused by its new place', () => {
  const source = { L: ['x', secretTexts[0]], M: 'm' };
  const { value } = masked(source) as { value: { L: string[] } };
  expect(restored({ L: value.L.toReversed() }, source)).toEqual({ wrong: ['L.0'] });
  expect(restored({ M: value.L[1] }, source)).toEqual({ wrong: ['M'] });
  expect(restored({ L: ['x', 'https://example.com/'] }, source)).toMatchObject({ secrets: 0 });
});

test('a secret that is the name of a field is found', () => {
  expect(hasSecretNames({ a: [{ [secretTexts[0] ?? '']: 1 }] })).toBe(true);
  expect(hasSecretNames({ a: [{ LogoUrl: 1 }] })).toBe(false);
});
