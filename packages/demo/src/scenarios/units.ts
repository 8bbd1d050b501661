import type { Scenario } from './scenario.ts';

/** The scenarios that need each other, together, in the order in which they are played. */
export function unitsOf(scenarios: readonly Scenario[]): ReadonlyArray<readonly Scenario[]> {
  const units: Scenario[][] = [];
  for (const scenario of scenarios) {
    const unit = units.at(-1);
    const waitsFor = new Set(scenario.events.map(({ once }) => once?.of));
    const belongs = scenario.events.length === 0 || unit?.some(({ workflowId }) => waitsFor.has(workflowId)) === true;
    if (unit !== undefined && belongs) unit.push(scenario);
    else units.push([scenario]);
  }
  return units;
}

/**
 * The scenarios with any of these words in their names, and those that they need; all where there are no words.
 * @throws Error with a sentence for operators, where no scenario has some of the words
 */
export function scenariosNamed(scenarios: readonly Scenario[], words: readonly string[]): readonly Scenario[] {
  if (words.length === 0) return scenarios;
  const unknown = words.find((text) => !scenarios.some(({ name }) => name.includes(text)));
  if (unknown !== undefined) throw new Error(`No scenario has ${JSON.stringify(unknown)} in its name`);
  return unitsOf(scenarios)
    .filter((unit) => unit.some(({ name }) => words.some((text) => name.includes(text))))
    .flat();
}
