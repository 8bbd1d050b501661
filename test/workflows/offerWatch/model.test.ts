import fc from 'fast-check';
import { property } from './model/property.ts';

test('releases, agreements, answers of AWS and time in any order: no reminder twice, late or of what is over; no end too early', () => {
  expect(() => fc.assert(property, { numRuns: 5_000 })).not.toThrow();
});
