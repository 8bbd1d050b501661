import { endedScenarios, retriedScenarios, storyScenarios } from './changeSets.ts';
import { heldEventScenarios } from './heldEvents.ts';
import { itemScenarios } from './items.ts';
import { lostEventScenarios } from './lostEvent.ts';
import { offerScenarios } from './offers.ts';
import { otherWorkScenarios, validationBehindRunning } from './otherWork.ts';
import { pastScenarios } from './past.ts';
import { operatorScenarios } from './operators.ts';
import { quarantineScenarios } from './quarantine.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import { securityScenarios } from './security.ts';
import { stormScenarios } from './storm.ts';
import { twinScenarios } from './twins.ts';

const parts = [
  storyScenarios,
  retriedScenarios,
  otherWorkScenarios,
  twinScenarios,
  operatorScenarios,
  endedScenarios,
  (context: ScenarioContext) => [validationBehindRunning(context)],
  lostEventScenarios,
  pastScenarios,
  itemScenarios,
  securityScenarios,
  offerScenarios,
  quarantineScenarios,
  heldEventScenarios,
  stormScenarios,
];

/**
 * All scenarios of a start, in the order in which they are played, those of one group side by side; the first is the
 * story of the view.
 */
export function allScenarios(context: ScenarioContext): readonly Scenario[] {
  return parts.flatMap((part) => part(context));
}
