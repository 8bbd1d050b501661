import fc from 'fast-check';
import { ConfigurationError, type ConfigurationProblem } from '../../src/config/errors.ts';
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

function problemsOf(text: string): readonly ConfigurationProblem[] {
  try {
    checkConfigurationText('steward.yaml', text);
    return [];
  } catch (error) {
    return error instanceof ConfigurationError ? error.problems : [];
  }
}

/** Of the process, in milliseconds: another process on the machine changes nothing of it. */
function cpuMsOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

test('many keys in one map take time by their number, not by its square', () => {
  const msOf = (count: number): number => {
    const text = Array.from({ length: count }, (_, at) => `k${at}: 1\n`).join('');
    return cpuMsOf(() => expect(errorNameOf(text)).toBe('ConfigurationError'));
  };
  msOf(2_000);
  // Eight times as many: 64 times as long where each is compared with each.
  expect(msOf(32_000)).toBeLessThan(24 * Math.max(msOf(4_000), 10));
});

test('an error names a hundred problems, and the number of all others', () => {
  const text = Array.from({ length: 250 }, (_, at) => `k-${at}: 1\n`).join('');
  const problems = problemsOf(text);
  expect([problems.length, problems[99]?.field, problems[100]]).toEqual([
    101,
    'k-99',
    { field: '(file)', message: 'has 150 more problems' },
  ]);
});

test.each([
  ['in quotes or without', "accounts:\n  '111122223333': {}\n  111122223333: {}\n", 'line 3, column 3'],
  ['inside brackets', 'ingress: { port: 1, host: a, port: 2 }\n', 'line 1, column 30'],
])('a key twice is refused in its place: %s', (_what, text, place) => {
  expect(() => checkConfigurationText('steward.yaml', text)).toThrow(
    `invalid YAML: found a key twice in one map; each has to be unique at ${place}`,
  );
});
