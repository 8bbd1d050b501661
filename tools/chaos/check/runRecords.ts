import type { CommandLine, FaultLine, NoticeLine, Plan, SentLine, WorkflowLine } from '../records.ts';

/** A StartChangeSet that the simulated AWS carried out, as its log has it; its answer may have been lost. */
export interface SubmitCall {
  /** ISO 8601. */
  readonly at: string;
  readonly account: string;
  readonly changeSetId?: string;
  readonly changeSetName?: string;
  readonly clientRequestToken?: string;
  /** It was answered from its token: no change set came of it. */
  readonly tokenRepeated?: true;
  readonly fault?: string;
}

/** What a run has left. */
export interface RunRecords {
  readonly plan: Plan;
  readonly sent: readonly SentLine[];
  readonly notices: readonly NoticeLine[];
  readonly faults: readonly FaultLine[];
  readonly commands: readonly CommandLine[];
  readonly workflows: readonly WorkflowLine[];
  readonly submits: readonly SubmitCall[];
}

/** Items by a key, in their order. */
export function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Workflows by id. */
export function workflowsById(workflows: readonly WorkflowLine[]): ReadonlyMap<string, WorkflowLine> {
  return new Map(workflows.map((line) => [line.workflowId, line]));
}
