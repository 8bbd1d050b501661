import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defined } from '../defined.ts';
import { attentionAttribute, dueAtAttribute } from '../workflows/shared/searchAttributes.ts';
import { instant, printable, strong, table } from './format.ts';
import { pendingActivities, pendingText, type PendingActivity } from './pendingActivities.ts';
import type { Proposal } from './proposal.ts';
import type { RunFailure } from './runFailure.ts';
import type { KnownStatus, WorkflowStatus } from './status.ts';
import type { TemporalAccess } from './temporal.ts';
import { workflowLink } from './temporal.ts';

/** One workflow as `show` gives it. Times are ISO 8601. */
export interface ShownWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** Temporal's own status. */
  readonly status: string;
  readonly state?: string;
  readonly attention?: boolean;
  readonly dueAt?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly link?: string;
  /** Where the state is from; without a worker there is nothing but the list's columns. */
  readonly source: KnownStatus['source'];
  readonly sourceNote?: string;
  readonly details?: WorkflowStatus;
  readonly pendingActivities: readonly PendingActivity[];
  /** Why the run failed, was terminated or timed out. */
  readonly failure?: RunFailure;
  /** Other details that an operator proposes for the change set, not sent yet. */
  readonly proposal?: Proposal;
}

/** What was asked about a workflow beside its description. */
interface Gathered {
  readonly known: KnownStatus;
  readonly proposal: Proposal | undefined;
  readonly failure: RunFailure | undefined;
}

/** Gathers what is known of a workflow into one document. */
export function shownWorkflow(
  access: TemporalAccess,
  description: WorkflowExecutionDescription,
  { known, proposal, failure }: Gathered,
): ShownWorkflow {
  const attention = description.typedSearchAttributes.get(attentionAttribute);
  const dueAt = description.typedSearchAttributes.get(dueAtAttribute);
  const state = known.source === 'searchAttributes' ? known.state : known.status.state;
  const link = workflowLink(access, description.workflowId, description.runId);
  return {
    workflowId: description.workflowId,
    runId: description.runId,
    type: description.type,
    status: description.status.name,
    ...defined({ state, attention }),
    ...(dueAt === undefined ? {} : { dueAt: dueAt.toISOString() }),
    startedAt: description.startTime.toISOString(),
    ...(description.closeTime === undefined ? {} : { endedAt: description.closeTime.toISOString() }),
    ...defined({ link }),
    source: known.source,
    ...(known.source === 'searchAttributes'
      ? { sourceNote: `from the search attributes only: ${known.why}` }
      : { details: known.status }),
    pendingActivities: pendingActivities(description),
    ...defined({ failure, proposal }),
  };
}

/** The same for operators. */
export function workflowText(workflow: ShownWorkflow & { readonly commands: readonly string[] }): string {
  const { details, proposal } = workflow;
  return [
    strong(`${printable(workflow.workflowId)}  ${printable(workflow.state ?? '')}`),
    ...facts(workflow),
    ...section('Change sets', details?.members?.length ? [membersText(details.members)] : []),
    ...section('Pending activities', workflow.pendingActivities.map(pendingText)),
    ...section('Notes', details?.notes?.map((note) => `- ${printable(note)}`) ?? []),
    ...section('What operators did', details?.audit?.map(auditText) ?? []),
    ...(proposal === undefined ? [] : proposalSection(proposal)),
    ...section('Next step', details?.nextStep === undefined ? [] : [printable(details.nextStep)]),
    ...section('Ready commands (fill in what stands in capitals)', workflow.commands),
  ].join('\n');
}

function facts(workflow: ShownWorkflow): string[] {
  const lines: ReadonlyArray<readonly [string, string | undefined]> = [
    ['type', `${workflow.type}, ${workflow.status}`],
    ['needs you', workflow.attention === undefined ? undefined : workflow.attention ? 'yes' : 'no'],
    ['due', workflow.dueAt],
    ['started', instant(new Date(workflow.startedAt))],
    ['ended', workflow.endedAt],
    ['failure', workflow.failure?.message],
    ['link', workflow.link],
    ['state', workflow.source === 'result' ? 'as the ended run left it' : workflow.sourceNote],
    ...otherFacts(workflow.details),
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${printable(value)}`]));
}

/** What only some workflows say; what has a section of its own is left to it. */
function otherFacts(details: WorkflowStatus | undefined): Array<readonly [string, string]> {
  const elsewhere = new Set(['state', 'nextStep', 'commands', 'members', 'notes', 'audit']);
  return Object.entries(details ?? {}).flatMap(([label, value]) => {
    if (elsewhere.has(label) || value === undefined || value === null) return [];
    return [[label, typeof value === 'string' ? value : JSON.stringify(value)] as const];
  });
}

function membersText(members: NonNullable<WorkflowStatus['members']>): string {
  return table(
    [
      { heading: 'ATTEMPT', value: (member) => (member.attempt === 0 ? 'origin' : String(member.attempt)) },
      { heading: 'CHANGE SET', value: (member) => member.changeSetId },
      { heading: 'OUTCOME', value: (member) => member.outcome ?? '' },
    ],
    members,
  );
}

function auditText(entry: NonNullable<WorkflowStatus['audit']>[number]): string {
  return `${printable(entry.at)}  ${printable(entry.command)} by ${printable(entry.actor)}: ${printable(entry.reason)}`;
}

function proposalSection({ proposedBy, indexes, difference }: Proposal): string[] {
  const which = `${indexes.length === 1 ? 'change' : 'changes'} ${indexes.join(', ')}`;
  const lines = difference?.map((line) => `- ${printable(line)}`) ?? ['the difference is being computed'];
  return section(`Proposed by ${printable(proposedBy)} for ${which}, not sent yet`, lines);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', strong(title), ...lines];
}
