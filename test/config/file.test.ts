import fc from 'fast-check';
import { checkConfigurationText } from '../../src/config/file.ts';
import { ConfigurationError } from '../../src/config/errors.ts';

const good = `
accounts:
  '123456789012': &usual { mode: observe, catalogs: [AWSMarketplace] }
  '210987654321': *usual
  '111122223333': { mode: auto, callsPerSecond: { StartChangeSet: 2.5 } }
ingress: { port: 8080, credentials: { webhook: [{ header: x-key, valueVariable: KEY }] } }
policies: { changeSet: { retryBackOffMs: [100, 200] } }
`;

/** Whether a text gives a configuration; every error but ConfigurationError fails the test. */
function isTaken(text: string): boolean {
  try {
    checkConfigurationText('steward.yaml', text);
    return true;
  } catch (error) {
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}

/** What a slip of the hand, a full disk or a merge leaves. */
const fragment = fc.oneof(
  fc.constantFrom(
    '*',
    '&',
    '*usual',
    '<<: ',
    '!',
    '!!binary ',
    '|',
    '>',
    '? ',
    '- ',
    ': ',
    '\t',
    '\n',
    '---\n',
    '...\n',
  ),
  fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    "'",
    '"',
    '#',
    '%',
    '@',
    '`',
    '~',
    '__proto__',
    'constructor',
    '\u0000',
    '\ufeff',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const mutated = fc
  .array(fc.tuple(fc.nat(good.length), fc.nat(30), fragment), { minLength: 1, maxLength: 4 })
  .map((edits) => edits.reduce((text, [at, cut, put]) => `${text.slice(0, at)}${put}${text.slice(at + cut)}`, good));

test('arbitrary bytes give a configuration or a ConfigurationError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      isTaken(Buffer.from(bytes).toString());
    }),
    { numRuns: 300 },
  );
});

test('a configuration with slips gives a configuration or a ConfigurationError', () => {
  expect(isTaken(good)).toBe(true);
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(mutated, (text) => {
      seen[isTaken(text) ? 'taken' : 'refused'] += 1;
    }),
    { numRuns: 600 },
  );
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(0);
});
