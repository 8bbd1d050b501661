import fc from 'fast-check';
import { property } from './model/property.ts';

describe('events early, late, repeated and shuffled, among answers that are late, missing or refused', () => {
  test('the newest data decides at every step, the end is that of the true order, and repeats change nothing', () => {
    expect(() => fc.assert(property, { numRuns: 5_000 })).not.toThrow();
  });
});
