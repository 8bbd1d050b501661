import fc from 'fast-check';
import { next } from '../../../src/workflows/changeSetRemediation/transitions/next.ts';
import { newCase } from '../../../src/workflows/changeSetRemediation/state.ts';
import { orders, truths } from './model/arbitraries.ts';
import { playOut } from './model/play.ts';

describe('events early, late, doubled, shuffled, foreign, contradicting, or not at all', () => {
  test('the end is that of the true order; nothing is sent, told or handed on twice, and nothing is lost', () => {
    const property = fc.property(truths, orders, (truth, order) => playOut({ next, newCase }, truth, order));
    expect(() => fc.assert(property, { numRuns: 10_000 })).not.toThrow();
  });
});
