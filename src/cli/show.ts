import type { WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';
import { defined } from '../defined.ts';
import { failureOfRun, pendingActivities, queryWorkflow, type WorkflowRun } from '../delivery/workflows.ts';
import { amendmentQuery, changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { taskProblemOf } from '../delivery/taskProblems.ts';
import { attentionAttribute, dueAtAttribute } from '../workflows/shared/searchAttributes.ts';
import { reportLines, reportSchema, reportedStep } from './changeSetReport.ts';
import { exitCodes, type CommandContext, type CommandResult } from './command.ts';
import { instant, pendingText, printable, strong, table, terminalWidth, wrapped } from './format.ts';
import { readyCommands } from './operatorCommands.ts';
import type { TemporalFlags } from './options.ts';
import { answerWithinMs, findWorkflow, knownStatus, type WorkflowStatus } from './status.ts';
import { withTemporal, workflowLink, type TemporalAccess } from './temporal.ts';
import { wayOut } from './unanswered.ts';

/** What `steward show` is given beside the id. */
export interface ShowFlags extends TemporalFlags {
  readonly json?: true;
}

const proposalSchema = z.object({
  proposedBy: z.string(),
  indexes: z.array(z.number()),
  difference: z.array(z.string()).exactOptional(),
});

/** Other details that an operator proposes for a change set, and what they would change. */
type Proposal = z.infer<typeof proposalSchema>;

/** One workflow as `show` gives it. */
type ShownWorkflow = Awaited<ReturnType<typeof shown>>;

/** Gathers all that is known of one workflow, with or without a worker. */
export async function show(id: string, flags: ShowFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const document = await shown(access, await findWorkflow(access, id));
    return { text: workflowText(document), document, exitCode: exitCodes.ok };
  });
}

/** Times are ISO 8601. */
async function shown(access: TemporalAccess, description: WorkflowExecutionDescription) {
  const { workflowId, runId, type, typedSearchAttributes, startTime, closeTime } = description;
  const known = await knownStatus(access, description);
  const details = known.source === 'searchAttributes' ? undefined : known.status;
  const asked = type === changeSetRemediationType && known.source === 'query';
  const status = description.status.name;
  const state = known.source === 'searchAttributes' ? known.state : known.status.state;
  const ready = { type, ...defined({ state, taken: details?.commands }) };
  return defined({
    workflowId,
    runId,
    type,
    /** Temporal's own status. */
    status,
    state,
    attention: typedSearchAttributes.get(attentionAttribute),
    dueAt: typedSearchAttributes.get(dueAtAttribute)?.toISOString(),
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString(),
    link: workflowLink(access, workflowId, runId),
    /** Where the state is from; without an answer there is nothing but the list's columns. */
    source: known.source,
    problem: await openProblem(access, description),
    sourceNote: known.source === 'searchAttributes' ? `from the search attributes only: ${known.why}` : undefined,
    details,
    pendingActivities: await pendingActivities(access.client, description),
    failure: await failureOfRun(access.client, description),
    proposal: asked ? await openProposal(access, description) : undefined,
    /** What operators can send now, ready to paste once they have replaced the placeholders. */
    commands: status === 'RUNNING' ? readyCommands(ready, [workflowId], access.flagsAgain) : [],
  });
}

/** Why its workflow task fails, and the way out; undefined where it does not fail. */
async function openProblem({ client }: TemporalAccess, description: WorkflowExecutionDescription) {
  const problem = await taskProblemOf(client, description);
  return problem && { ...problem, wayOut: wayOut(description, problem) };
}

/** The proposal that waits to be approved; undefined where there is none, or no worker answers. */
async function openProposal({ client }: TemporalAccess, run: WorkflowRun): Promise<Proposal | undefined> {
  const asked = queryWorkflow(client, run, amendmentQuery.name, answerWithinMs);
  return proposalSchema.safeParse(await asked.catch(() => undefined)).data;
}

/** The same for operators. */
function workflowText(workflow: ShownWorkflow): string {
  const { details, proposal } = workflow;
  const report = reportSchema.safeParse(details?.['report']).data;
  const step = details?.nextStep === undefined ? [] : wrapped(printable(details.nextStep), terminalWidth);
  return [
    strong(`${printable(workflow.workflowId)}  ${printable(workflow.state ?? '')}`),
    ...facts(workflow),
    ...section('Its workflow task fails', problemLines(workflow.problem)),
    ...section('Change sets', details?.members?.length ? [membersText(details.members)] : []),
    ...(report === undefined ? [] : section('What AWS said', reportLines(report, Date.now()))),
    ...section(
      'Pending activities',
      workflow.pendingActivities.flatMap((one) => wrapped(pendingText(one), terminalWidth, '', '  ')),
    ),
    ...section('Notes', details?.notes?.flatMap((note) => wrapped(printable(note), terminalWidth, '- ', '  ')) ?? []),
    ...section('What operators did', details?.audit?.map(auditText) ?? []),
    ...(proposal === undefined ? [] : proposalSection(proposal)),
    ...section('Next step', report === undefined ? step : reportedStep(report)),
    ...section('What you can send now (replace what stands in <>)', workflow.commands),
  ].join('\n');
}

function problemLines(problem: ShownWorkflow['problem']): string[] {
  if (problem === undefined) return [];
  const { attempt, cause, message, since, wayOut: steps } = problem;
  return [
    printable(`attempt ${attempt}${since === undefined ? '' : `, since ${since}`}: ${cause}`),
    ...(message === undefined ? [] : [printable(message)]),
    ...steps,
  ];
}

function facts(workflow: ShownWorkflow): string[] {
  const lines: ReadonlyArray<readonly [string, string | undefined]> = [
    ['type', `${workflow.type}, ${workflow.status}`],
    ['needs you', workflow.attention === undefined ? undefined : workflow.attention ? 'yes' : 'no'],
    ['due', workflow.dueAt],
    ['started', instant(new Date(workflow.startedAt))],
    ['ended', workflow.endedAt],
    ['failure', workflow.failure?.message],
    ['state', workflow.source === 'result' ? 'as the ended run left it' : workflow.sourceNote],
    ...otherFacts(workflow.details),
  ];
  const link = workflow.link === undefined ? [] : [`link: ${workflow.link}`];
  return [
    ...lines.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${printable(value)}`])),
    ...link,
  ];
}

/** What only some statuses have; the sections show the rest. */
function otherFacts(details: WorkflowStatus | undefined): Array<readonly [string, string]> {
  const elsewhere = new Set(['state', 'nextStep', 'commands', 'members', 'notes', 'audit', 'report']);
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
  const refused = entry.refused === undefined ? '' : ` (refused: ${printable(entry.refused)})`;
  return `${printable(entry.at)}  ${printable(entry.command)} by ${printable(entry.actor)}: ${printable(entry.reason)}${refused}`;
}

function proposalSection({ proposedBy, indexes, difference }: Proposal): string[] {
  const which = `${indexes.length === 1 ? 'change' : 'changes'} ${indexes.join(', ')}`;
  const lines = difference?.map((line) => `- ${printable(line)}`) ?? ['the worker computes the difference'];
  return section(`Proposed by ${printable(proposedBy)} for ${which}, not sent yet`, lines);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', strong(title), ...lines];
}
