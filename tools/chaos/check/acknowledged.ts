import type { PlannedEvent, SentLine, WorkflowLine } from '../records.ts';
import { markerIn } from './lineage.ts';
import { cameToOpenOnes } from './openBefore.ts';
import { groupedBy, workflowsById, type RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

type End = Extract<SentLine, { kind: 'end' }>;
type Workflows = ReadonlyMap<string, WorkflowLine>;

function knows(workflow: WorkflowLine, identity: string): boolean {
  return workflow.signals?.some((payload) => payload.includes(identity)) === true;
}

/** Whether the workflow of an event is there and has a signal of it, where the event has an id to know it by. */
function isKnown({ workflowId, identity }: PlannedEvent, workflows: Workflows): boolean {
  const workflow = workflows.get(workflowId);
  return workflow !== undefined && (identity === undefined || knows(workflow, identity));
}

/** Why an event is not accounted for; undefined where it is, or where it could be ignored. */
function plannedLoss(
  event: PlannedEvent,
  ends: readonly End[],
  workflows: Workflows,
  cameToOpen: ReadonlySet<string>,
): string | undefined {
  if (ends.length < event.sentAt.length) return 'has a copy without an end';
  const refused = ends.find(({ end }) => end !== 'acknowledged' && end !== 'lost');
  if (refused !== undefined) return `is in order, and its end is ${refused.end}`;
  const isIgnored = event.mayBeIgnored === true && !cameToOpen.has(event.key);
  if (isIgnored || isKnown(event, workflows)) return undefined;
  return event.way === 'none'
    ? 'stands in the vendor’s listing alone, and was not found there'
    : `was acknowledged, and its workflow ${workflows.has(event.workflowId) ? 'has no signal of it' : 'is not there'}`;
}

/** What an event of the vendor's own says: an outcome of a change set that it made in the run. */
function outcomeIn(body: string): { readonly changeSetId: string; readonly workflowId: string } | undefined {
  const found = JSON.parse(body) as { readonly detail?: Partial<Record<string, unknown>> };
  const { ChangeSetId: changeSetId, ChangeSetName: name } = found.detail ?? {};
  if (typeof changeSetId !== 'string') return undefined;
  const origin = typeof name === 'string' ? markerIn(name)?.origin : undefined;
  return { changeSetId, workflowId: `change-set:${origin ?? changeSetId}` };
}

/** The lineage may have learnt the outcome from AWS before, and have ended: then nobody takes the event any more. */
function outcomeLoss({ end, body = '' }: End, workflows: Workflows): string | undefined {
  const outcome = outcomeIn(body);
  if (end === 'lost' || outcome === undefined) return undefined;
  if (end !== 'acknowledged') return `is in order, and its end is ${end}`;
  const workflow = workflows.get(outcome.workflowId);
  if (workflow === undefined) return 'was acknowledged, and its workflow is not there';
  if (workflow.status !== 'RUNNING' || knows(workflow, outcome.changeSetId)) return undefined;
  return 'was acknowledged, and its open workflow has no signal of it';
}

/**
 * Events that the service took, and that nothing came of: the workflow that has to know them does not. An event that it
 * refused for good, or that nobody could deliver, counts as well: all are in order.
 */
export function unaccounted(records: RunRecords): readonly Breach[] {
  const { plan, sent, workflows: lines } = records;
  const cameToOpen = cameToOpenOnes(records);
  const workflows = workflowsById(lines);
  const ends = groupedBy(
    sent.filter((line): line is End => line.kind === 'end'),
    ({ event }) => event,
  );
  const planned = plan.events.flatMap((event): readonly Breach[] => {
    const ofEvent = ends.get(event.key) ?? [];
    const loss = plannedLoss(event, ofEvent, workflows, cameToOpen);
    const { key, workflowId } = event;
    return loss === undefined ? [] : [{ what: `Event ${key} ${loss}`, workflowId, lines: [event, ...ofEvent] }];
  });
  const known = new Set(plan.events.map(({ key }) => key));
  const made = [...ends].flatMap(([key, ofEvent]): readonly Breach[] => {
    if (known.has(key)) return [];
    const loss = ofEvent.map((end) => outcomeLoss(end, workflows)).find((each) => each !== undefined);
    return loss === undefined ? [] : [{ what: `Event ${key} ${loss}`, lines: ofEvent }];
  });
  return [...planned, ...made];
}
