import fc from 'fast-check';
import { property } from './model/property.ts';

describe('events early, late, doubled, shuffled, foreign, contradicting, or not at all', () => {
  test('the end is that of the true order; nothing is sent, reported or delivered twice, and nothing is lost', () => {
    expect(() => fc.assert(property, { numRuns: 10_000 })).not.toThrow();
  });
});
