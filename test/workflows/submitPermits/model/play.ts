import { submitPermitsDefaults } from '../../../../src/policies/defaults.ts';
import { Referee } from './referee.ts';
import type { Beginning, Step } from './steps.ts';

/** Plays what happens, and lets the referee check each answer; at the end everything is over, and nothing may be left. */
export function playOut(beginning: Beginning, steps: readonly Step[]): void {
  const referee = new Referee(beginning, submitPermitsDefaults.mostInFlight);
  for (const step of steps) referee.take(step);
  referee.finish();
}
