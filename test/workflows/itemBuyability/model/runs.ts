import fc from 'fast-check';
import { playOut } from './play.ts';
import { services, worlds } from './world.ts';

/** That the machine plays every world to its true end. */
export const property = fc.property(worlds, services, (world, service) => playOut(world, service));

/** What the machine did wrong in fixed runs, if anything: the same every time, so that guards can be judged by it. */
export function failure(): string | undefined {
  const details = fc.check(property, { numRuns: 20_000, seed: 1_789, endOnFailure: true });
  return details.failed ? String(details.errorInstance).split('\n')[0] : undefined;
}
