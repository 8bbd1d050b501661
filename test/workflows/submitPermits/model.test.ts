import fc from 'fast-check';
import { property } from './model/property.ts';

test('whatever is asked, returned, submitted, recounted and renewed: every answer is right, and nothing is left over', () => {
  expect(() => fc.assert(property, { numRuns: 3_000 })).not.toThrow();
});
