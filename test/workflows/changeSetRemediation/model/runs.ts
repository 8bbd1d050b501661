import fc from 'fast-check';
import { playOut } from './play.ts';
import { orders, truths } from './arbitraries.ts';

/** That the machine plays every truth, told in any order, to its end. */
export const property = fc.property(truths, orders, (truth, order) => playOut(truth, order));

/** What the machine did wrong in fixed runs, if anything: the same every time, so that guards can be judged by it. */
export function failure(): string | undefined {
  const details = fc.check(property, { numRuns: 5_000, seed: 1_789, endOnFailure: true });
  return details.failed ? String(details.errorInstance).split('\n')[0] : undefined;
}
