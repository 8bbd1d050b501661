import fc from 'fast-check';
import { checkConfigurationText } from '../../src/config/file.ts';

const good = `
accounts:
  '123456789012': &usual { mode: observe, catalogs: [AWSMarketplace] }
  '210987654321': *usual
  '111122223333': { mode: auto, callsPerSecond: { StartChangeSet: 2.5 } }
ingress: { port: 8080, credentials: { webhook: [{ header: x-key, valueVariable: KEY }] } }
policies: { changeSet: { retryBackOffMs: [100, 200] } }
`;

/** The name of the error that a text gives; undefined where it is a configuration. */
function errorNameOf(text: string): string | undefined {
  try {
    checkConfigurationText('steward.yaml', text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : 'no error';
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
      expect([undefined, 'ConfigurationError']).toContain(errorNameOf(Buffer.from(bytes).toString()));
    }),
    { numRuns: 300 },
  );
});

test('a configuration with slips gives a configuration or a ConfigurationError', () => {
  expect(errorNameOf(good)).toBeUndefined();
  expect(errorNameOf(`${good}*`)).toBe('ConfigurationError');
  fc.assert(
    fc.property(mutated, (text) => {
      expect([undefined, 'ConfigurationError']).toContain(errorNameOf(text));
    }),
    { numRuns: 600 },
  );
});
