import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { addressUses } from '../../src/config/fields.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { accountsPage } from '../../tools/pages/accountsPage.ts';
import { textSettings } from '../../tools/pages/configurationLeaves.ts';

const takes = (schema: z.core.$ZodType, text: string): boolean => z.safeParse(schema, text).success;

/** An address of each form that some setting wants: any, a queue's, an origin's. */
const rests = ['/a', '/111122223333/steward', ''];
const hosts = ['h.example', 'sqs.us-east-1.amazonaws.com'];
const taken = (schema: z.core.$ZodType, write: (host: string, rest: string) => string): boolean =>
  rests.some((rest) => hosts.some((host) => takes(schema, write(host, rest))));

const settings = textSettings(fileSchema);
const addresses = settings.flatMap(({ path, schema }) => {
  const use = addressUses.get(schema);
  return use === undefined ? [] : [{ path, schema, use }];
});

test('every setting that wants an address says what it carries', () => {
  const isAddress = ({ schema }: (typeof settings)[number]) =>
    taken(schema, (host, rest) => `https://${host}${rest}`) && !takes(schema, 'no-address');
  const isNamedSo = ({ path }: (typeof settings)[number]) => /(url|uri|endpoint|origins?)(\[\])?$/i.test(path);
  const found = settings.filter((one) => isAddress(one) || isNamedSo(one)).map(({ path }) => path);
  expect(addresses.map(({ path }) => path)).toEqual(found);
  expect(found.length).toBeGreaterThanOrEqual(12);
});

test('a schema with an address that says nothing is found', () => {
  const [forgotten] = textSettings(z.strictObject({ hooks: z.record(z.string(), z.array(z.url()).optional()) }));
  expect(forgotten?.path).toBe('hooks.*[]');
  expect(forgotten && addressUses.has(forgotten.schema)).toBe(false);
});

test.each(addresses)('$path: no user name, no blank, and nothing in clear but to this machine', ({ schema, use }) => {
  expect(taken(schema, (host, rest) => `https://${host}${rest}`)).toBe(true);
  for (const host of ['127.0.0.1:4566', 'localhost', '[::1]:4566']) {
    expect(rests.some((rest) => takes(schema, `http://${host}${rest}`))).toBe(true);
  }
  for (const other of ['h.example', '10.0.0.1', '127.0.0.1.example', 'localhost.example', '0.0.0.0', '[fe80::1]']) {
    expect(taken(schema, (_host, rest) => `http://${other}${rest}`)).toBe(!use.isPrivate);
  }
  for (const user of ['token', 'user:password', ':password']) {
    expect(taken(schema, (host, rest) => `https://${user}@${host}${rest}`)).toBe(false);
  }
  for (const around of [' https://H', 'https://H\n', 'https://H ', 'ftp://H', 'HTTPS//H', '//H', 'H']) {
    expect(taken(schema, (host, rest) => around.replace('H', `${host}${rest}`))).toBe(false);
  }
});

test('the documentation has them all', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/accounts.md'), 'utf8');
  const spaceless = (text: string) => text.replace(/[\s-]+/g, '');
  expect(spaceless(accountsPage(page)) === spaceless(page) ? 'up to date' : 'run `npm run pages`').toBe('up to date');
});
