import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { detectEnvelope } from '../../src/cli/emit.ts';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('detectEnvelope', () => {
  it.each(readdirSync(eventFixtures).filter((name) => name.endsWith('.json')))('knows the envelope of %s', (name) => {
    const expected = name.endsWith('.webhook.json') ? 'webhook' : 'eventbridge';
    expect(detectEnvelope(readFileSync(join(eventFixtures, name)))).toBe(expected);
  });

  it.each([
    ['both marks', { 'detail-type': 'x', eventDescriptor: {} }],
    ['no mark', { source: 'aws.marketplacecatalog' }],
    ['a list', [{ 'detail-type': 'x' }]],
    ['null', null],
  ])('does not guess from %s', (_name, value) => {
    expect(detectEnvelope(bytesOf(value))).toBeUndefined();
  });

  it('does not guess from bytes that are no JSON, and throws for none', () => {
    expect(detectEnvelope(Uint8Array.of(0xff, 0xfe))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array(), (bytes) => detectEnvelope(bytes) === undefined));
  });
});
