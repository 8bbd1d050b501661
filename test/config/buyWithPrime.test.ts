import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fileSchema } from '../../src/config/schema.ts';
import { problemsFrom } from '../../src/config/problems.ts';

function read(file: unknown) {
  const parsed = fileSchema.safeParse(file);
  return parsed.success ? parsed.data.buyWithPrime : problemsFrom(parsed.error, file);
}

test('header and version of Buy with Prime’s API may be set, or left to the documented ones', () => {
  const set = { targetHeader: 'X-Omni-TargetId', apiVersion: '2026-05-06' };
  expect(read({ buyWithPrime: set })).toEqual(set);
  expect(read({ buyWithPrime: { apiVersion: '2026-05-06' } })).toEqual({ apiVersion: '2026-05-06' });
  expect(read({})).toEqual({});
});

test('what the documentation shows is taken', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/buy-with-prime.md'), 'utf8');
  const shown = fileSchema.parse(parse(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? ''));
  expect(Object.keys(shown.merchants)).toEqual(['bp-0123456789', 'bp-9876543210']);
  expect(shown.buyWithPrime).toEqual({ targetHeader: 'x-api-target-id', apiVersion: '2024-11-01' });
});

test.each([
  [
    { targetHeader: 'two words' },
    'buyWithPrime.targetHeader',
    'found a text of 9 characters, expected the name of a header',
  ],
  [{ targetHeader: 'x:y' }, 'buyWithPrime.targetHeader', 'the name of a header'],
  [{ targetHeader: 'Authorization' }, 'buyWithPrime.targetHeader', 'no other meaning'],
  [{ targetHeader: 'Content-Length' }, 'buyWithPrime.targetHeader', 'no other meaning'],
  [{ apiVersion: '2024-11-01\r\nx-evil: 1' }, 'buyWithPrime.apiVersion', 'visible ASCII'],
  [{ apiVersion: '' }, 'buyWithPrime.apiVersion', 'found a text of 0 characters, expected 1 to 200 visible ASCII'],
  [{ apiVersion: 20241101 }, 'buyWithPrime.apiVersion', 'in quotes'],
  [{ header: 'x' }, 'buyWithPrime.header', 'no such setting'],
])('%j is refused by its name', (settings, field, part) => {
  expect(read({ buyWithPrime: settings })).toEqual([{ field, message: expect.stringContaining(part) }]);
});

test('a merchant needs both of its settings', () => {
  expect(read({ merchants: { 'bp-1': {} } })).toEqual([
    { field: 'merchants.bp-1.clientId', message: expect.stringContaining('found nothing') },
    {
      field: 'merchants.bp-1.clientSecretVariable',
      message: expect.stringContaining('NAME of an environment variable'),
    },
  ]);
});
