import fc from 'fast-check';
import { playOut } from './model/play.ts';
import { services, worlds } from './model/world.ts';

describe('events early, late, repeated and shuffled, among answers that are late, missing or refused', () => {
  test('the newest word decides at every step, the end is that of the true order, and repeats change nothing', () => {
    const property = fc.property(worlds, services, (world, service) => playOut(world, service));
    expect(() => fc.assert(property, { numRuns: 5_000 })).not.toThrow();
  });
});
