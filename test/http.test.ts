import fc from 'fast-check';
import { retryAfterOf } from '../src/http.ts';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const hourMs = 3_600_000;

test('seconds become milliseconds, an hour at most', () => {
  fc.assert(
    fc.property(fc.nat(), (seconds) => {
      expect(retryAfterOf(String(seconds), nowMs)).toBe(Math.min(seconds * 1000, hourMs));
    }),
  );
});

test('a date becomes the time until then, never less than nothing and an hour at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 100_000 }), (seconds) => {
      const header = new Date(nowMs + seconds * 1000).toUTCString();
      expect(retryAfterOf(header, nowMs)).toBe(Math.min(Math.max(seconds * 1000, 0), hourMs));
    }),
  );
});

test.each([undefined, '', 'soon', '-5x'])('%j says nothing', (header) => {
  expect(retryAfterOf(header, nowMs)).toBeUndefined();
});
