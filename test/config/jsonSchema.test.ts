import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describedPolicies } from '../../src/config/described/policies.ts';
import { describedSettings } from '../../src/config/described/settings.ts';
import { configurationJsonSchema, descriptionOf, eachSetting, type JsonSchema } from '../../src/config/jsonSchema.ts';
import { fileSchema } from '../../src/config/schema.ts';

const schema = configurationJsonSchema();
const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);
const example = readFileSync(join(__dirname, '..', '..', 'deploy', 'steward.example.yaml'), 'utf8');

const settings: Array<readonly [path: string, setting: JsonSchema]> = [];
eachSetting(schema, (path, setting) => void settings.push([path.join('.'), setting]));

/** The example with every line that is commented out, but those that say the same in another way. */
function wholeExample(): unknown {
  const lines = example.split('\n').map((line) => line.replace(/^( *)# (?= *(?:[a-zA-Z0-9]+:(?: |$)|bp-|- ))/, '$1'));
  const text = lines.filter((line) => !/^\s*(channels: \[log\]|observe: says|vendor: you)/.test(line)).join('\n');
  return parse(text, { stringKeys: true, uniqueKeys: false });
}

test('the example validates, as it is and with every line that is commented out', () => {
  for (const one of [parse(example, { stringKeys: true }), wholeExample()]) {
    validate(one);
    expect(validate.errors).toBeNull();
    expect(fileSchema.safeParse(one).error?.issues).toBeUndefined();
  }
  expect(wholeExample()).toMatchObject({ merchants: { 'bp-0123456789': {} }, encryption: {}, worker: { slots: {} } });
});

const account = { mode: 'observe' };

test.each<[string, object]>([
  ['an unknown mode', { accounts: { '111122223333': { mode: 'observer' } } }],
  ['an account of 11 digits', { accounts: { '11112222333': account } }],
  ['a setting that there is not', { accounts: { '111122223333': { ...account, kinds: 'vendor' } } }],
  [
    'a value in the place of a variable’s name',
    { merchants: { one: { clientId: 'c', clientSecretVariable: 'hush' } } },
  ],
  ['a channel without its type', { notices: { channels: { team: { urlVariable: 'SLACK' } } } }],
  ['the short form of a channel that needs more', { notices: { channels: ['slack'] } }],
  ['a port that there is not', { ingress: { port: 70_000 } }],
])('it refuses %s, as the file’s own check does', (_name, file) => {
  expect(validate(file)).toBe(false);
  expect(fileSchema.safeParse(file).success).toBe(false);
});

test('a credential without a kind is a header', () => {
  const eventbridge = [{ header: 'x-key', valueVariable: 'KEY' }];
  expect(validate({ ingress: { credentials: { eventbridge } } })).toBe(true);
  expect(validate({ ingress: { credentials: { eventbridge: [{ passwordVariable: 'KEY' }] } } })).toBe(false);
});

test('every setting has a description, and every description a setting', () => {
  expect(settings.length).toBeGreaterThan(150);
  expect(settings.filter(([, { description }]) => description === undefined).map(([path]) => path)).toEqual([]);
  const used = new Set(settings.map(([path]) => descriptionOf(path.split('.'))));
  const all = Object.entries({ ...describedSettings, ...describedPolicies });
  expect(all.filter(([, entry]) => !used.has(entry)).map(([end]) => end)).toEqual([]);
});

test('every example is a value of its setting', () => {
  const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
  const wrong = settings.flatMap(([path, setting]) => {
    const { examples = [] } = setting as { readonly examples?: readonly unknown[] };
    const fits = ajv.compile(setting);
    return examples.filter((one) => !fits(one)).map((one) => `${path}: ${JSON.stringify(one)}`);
  });
  // A credential’s kind is one word in each of its forms.
  expect(wrong.filter((line) => !/\.(kind|type): /.test(line))).toEqual([]);
});
