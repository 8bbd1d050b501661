import { changeSetScenarios } from './changeSets.ts';
import { itemScenarios } from './items.ts';
import { offerScenarios } from './offers.ts';
import { quarantineScenarios } from './quarantine.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import { securityScenarios } from './security.ts';

/** All scenarios of a start, in the order in which they are played; the first is the story that the view tells. */
export function allScenarios(context: ScenarioContext): readonly Scenario[] {
  return [changeSetScenarios, itemScenarios, securityScenarios, offerScenarios, quarantineScenarios].flatMap((group) =>
    group(context),
  );
}
