import fc from 'fast-check';
import { excerptOf } from '../../src/channels/excerpt.ts';

const address = 'https://hooks.slack.com/services/T0/B1x/kAbCdEfGh?key=Short7&word=secretword';

test.each([
  ['no_service', ' (no_service)'],
  ['channel_is_archived', ' (channel_is_archived)'],
  ['{"message": "Unknown Webhook", "code": 10015}', ' ({"message": "Unknown Webhook", "code": 10015})'],
  ['{"id":"web.app_error","status_code":400}', ' ({"id":"web.app_error","status_code":400})'],
  ['invalid routing value!', ' (invalid routing value!)'],
  ['<html>no_service', ''],
  [' \u0000 ', ''],
])('words of a service are shown: %s', (answer, shown) => {
  expect(excerptOf(answer, [address])).toBe(shown);
});

const ways: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => Array.from(text, (one) => `%${one.charCodeAt(0).toString(16)}`).join(''),
  (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  (text) => text.replaceAll('/', '&#x2F;'),
  (text) => text.toUpperCase(),
  (text) => text.slice(1),
  (text) => text.slice(0, -1),
  (text) => `x${text}y`,
  (text) => text.split('/').join(' / '),
];

/** Parts of an address of any length, of letters alone or with digits and whatever an address may hold. */
const part = fc.oneof(fc.stringMatching(/^[A-Za-z]{4,30}$/), fc.stringMatching(/^[A-Za-z0-9._~%+-]{4,30}$/));

test('no part of an address is repeated, however short it is and however it is written', () => {
  fc.assert(
    fc.property(part, part, part, fc.constantFrom(...ways), (one, two, three, write) => {
      const url = `https://hooks.example/services/${encodeURIComponent(one)}/${encodeURIComponent(two)}?t=${encodeURIComponent(three)}`;
      const { pathname, search } = new URL(url);
      for (const repeated of [one, two, three, url, pathname, search, `${one}/${two}`]) {
        const shown = excerptOf(`no hook at ${write(repeated)} here`, [url]).toLowerCase();
        const runs = [one, two, three].flatMap((secret) => secret.toLowerCase().split(/[^a-z\d]+/));
        const secrets = runs.filter((run) => run.length >= 4 && !'no hook at here'.includes(run));
        expect(secrets.filter((run) => shown.includes(run))).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  'T0',
  'B1x',
  'kAbCdEfGh',
  'Short7',
  'secretword',
  'SECRETWORD',
  'cretwo',
  'k%41bCdEfGh',
  '7&word=secretword',
])('of Slack’s address nothing is repeated: %s', (text) => {
  for (const answer of [text, `"${text}"`, `at /${text}/x`, `{"u":"${text}"}`]) {
    expect(excerptOf(answer, [address])).not.toContain(text);
  }
});
