import fc from 'fast-check';
import { fitSummary } from '../../../src/delivery/routing/text.ts';
import { createPayloadCodec } from '../../../src/delivery/encryption/payloadCodec.ts';
import { payloadConverter } from '../../../src/workflows/shared/payloadConverter.ts';
import { encryptedBy } from '@marketplace-steward/testing/encryption';
import { fitKeywords, fitSubject } from '../../../src/workflows/shared/searchAttributes.ts';

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const anyText = fc.string({ unit: 'binary', maxLength: 600 });

test('a summary that fits is left as it is', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      fc.pre(jsonBytes(text) <= 330);
      expect(fitSummary(text)).toBe(text);
    }),
  );
});

test('a longer one is cut to a beginning that fits, at a character’s border', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 400, maxLength: 600 }), (long) => {
      const fitted = fitSummary(long);
      expect(jsonBytes(fitted)).toBeLessThanOrEqual(400);
      expect(jsonBytes(fitted)).toBeGreaterThan(250);
      expect(long.startsWith(fitted.slice(0, -1))).toBe(true);
      expect(fitted.isWellFormed()).toBe(true);
    }),
  );
});

test('the longest summary fits when it is encrypted, too', async () => {
  const codec = createPayloadCodec(encryptedBy('a'));
  const [payload] = await codec.encode([payloadConverter.toPayload(fitSummary('x'.repeat(1_000)))]);
  expect(payload?.data?.length).toBeLessThanOrEqual(400);
});

test('no cut leaves a backslash without what it escapes', () => {
  expect(fitSummary('\\*'.repeat(300))).toMatch(/\*…$/);
  expect(fitSummary(`a${'\\*'.repeat(300)}`)).toMatch(/\*…$/);
});

test('keywords fit, and are the first ones; what is left out would not have fitted', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 255 }), { maxLength: 100 }), (keywords) => {
      const fitted = fitKeywords(keywords);
      expect(jsonBytes(fitted)).toBeLessThanOrEqual(2_048);
      expect(keywords.slice(0, fitted.length)).toEqual(fitted);
      const oneMore = keywords.slice(0, fitted.length + 1);
      expect(fitted.length === keywords.length || jsonBytes(oneMore) > 1_800).toBe(true);
    }),
  );
});

test('a subject is one line that a keyword column holds, and is cut between two characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (subject) => {
      const fitted = fitSubject(subject);
      expect(fitted.length).toBeLessThanOrEqual(120);
      expect(fitted.isWellFormed()).toBe(true);
      expect(fitted).not.toMatch(/[\n\r\u2028]|^\s|\s$/u);
    }),
  );
  expect(fitSubject('Acme Scanner 4.4.3:\nSCAN_ERROR')).toBe('Acme Scanner 4.4.3: SCAN_ERROR');
  expect(fitSubject('\u{1f600}'.repeat(100))).toBe(`${'\u{1f600}'.repeat(59)}…`);
});
