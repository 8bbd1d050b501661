import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { Client } from '@temporalio/client';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';

/** What one remediation did: its workflow's events and its calls of AWS, each with how often. */
export interface Steps {
  readonly events: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Runs one remediation, and says what it did. */
export async function stepsOf(
  { control, client }: { readonly control: CatalogControl; readonly client: Client },
  remediateOne: () => Promise<string>,
): Promise<Steps> {
  const before = control.log({ kind: 'call' }).length;
  const changeSetId = await remediateOne();
  const calls = control.log({ kind: 'call' }).slice(before);
  const { events } = await client.workflow.getHandle(changeSetWorkflowId(changeSetId)).fetchHistory();
  const kinds = (events ?? []).flatMap((event) => Object.keys(event).filter((key) => key.endsWith('EventAttributes')));
  return { events: tally(kinds), calls: tally(calls.flatMap((one) => (one.kind === 'call' ? [one.operation] : []))) };
}

/** @throws Error where the two sides did not do the same: their ratio would mean nothing. */
export function requireSameSteps(bare: Steps, steward: Steps): void {
  const [one, other] = [bare, steward].map((steps) => JSON.stringify(steps, undefined, 1));
  if (one !== other) throw new Error(`the bare remediation does not do what the steward does: ${one} against ${other}`);
}
