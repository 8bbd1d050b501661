import type { ChangeSetReport } from '../workflows/changeSetRemediation/reportShape.ts';
import { reportLines, reportSchema, reportedStep } from './changeSetReport.ts';
import { detailsText, inWords, withDistances } from './detailsText.ts';
import { clockTime } from './distances.ts';
import { pendingText, printable, strong, table, terminalWidth, wrapped } from './format.ts';
import { cutShortAs } from './outcome.ts';
import { proposalLines, type Proposal } from './proposal.ts';
import type { ShownWorkflow } from './shownWorkflow.ts';
import type { WorkflowStatus } from './status.ts';

/**
 * One workflow for operators: what the Web UI says of it, in the same words, and what it has beside that.
 * @param nowMs milliseconds since the epoch.
 * @param columns of the terminal.
 */
export function workflowText(workflow: ShownWorkflow, nowMs: number, columns: number): string {
  const { details, proposal, currentDetails, pendingActivities } = workflow;
  const report = reportSchema.safeParse(details?.['report']).data;
  const asInWebUi = currentDetails !== undefined && details !== undefined;
  const said = currentDetails === undefined ? [] : detailsText(currentDetails, nowMs, Math.min(columns, widest));
  const proposed = proposal === undefined || (asInWebUi && isWholeIn(proposal)) ? [] : proposalSection(proposal, nowMs);
  return [
    strong(`${printable(workflow.workflowId)}  ${printable(workflow.state ?? '')}`),
    ...facts(workflow, nowMs),
    ...section('Its workflow task fails', problemLines(workflow.problem, nowMs)),
    ...(said.length === 0 ? [] : ['', ...(asInWebUi ? [] : [strong('As it began')]), ...said]),
    ...(asInWebUi ? [] : withoutDetails(workflow, nowMs)),
    ...reportSection(report, asInWebUi, nowMs),
    ...section(
      'Pending activities',
      pendingActivities.flatMap((one) => wrapped(withDistances(pendingText(one), nowMs), terminalWidth, '', '  ')),
    ),
    ...(asInWebUi ? earlierLines(workflow, nowMs) : []),
    ...proposed,
    ...section('What you can send now (replace what stands in <>)', workflow.commands),
  ].join('\n');
}

/** What AWS said of each change; where the details have all of it, the address of the request. */
function reportSection(report: ChangeSetReport | undefined, asInWebUi: boolean, nowMs: number): string[] {
  if (report === undefined) return [];
  const [change, ...others] = report.changes;
  const errors = change?.errors ?? [];
  const isShort = errors.length <= 1 && (errors[0]?.words ?? '').length <= inDetails.words;
  if (asInWebUi && others.length === 0 && isShort && change?.moreErrors === undefined) {
    return ['', printable(report.link)];
  }
  return section('What AWS said, change by change', reportLines(report, nowMs));
}

/** A line of details is readable up to here, in columns. */
const widest = 110;
/** So many notes, commands and differences, and characters of AWS’s words, are in the details at least (src/workflows). */
const inDetails = { entries: 5, differences: 10, words: 120 };

/** Whether the details have all of a proposal. */
function isWholeIn({ difference = [] }: Proposal): boolean {
  return difference.length <= inDetails.differences;
}

/** What stands in the details otherwise. */
function withoutDetails({ details }: ShownWorkflow, nowMs: number): string[] {
  const step = details?.nextStep === undefined ? [] : wrapped(printable(details.nextStep), terminalWidth);
  const report = reportSchema.safeParse(details?.['report']).data;
  return [
    ...section('What it knows', otherFacts(details, nowMs)),
    ...section('Change sets', details?.members?.length ? [membersText(details.members)] : []),
    ...section('Notes', noteLines(details, nowMs)),
    ...section('What operators did', details?.audit?.map((entry) => auditText(entry, nowMs)) ?? []),
    ...section('Next step', report === undefined ? step : reportedStep(report)),
  ];
}

/** The whole of the lists of which the details have the newest. */
function earlierLines({ details }: ShownWorkflow, nowMs: number): string[] {
  const { notes = [], audit = [] } = details ?? {};
  return [
    ...(notes.length > inDetails.entries ? section('All notes', noteLines(details, nowMs)) : []),
    ...(audit.length > inDetails.entries
      ? section(
          'All that operators did',
          audit.map((entry) => auditText(entry, nowMs)),
        )
      : []),
  ];
}

function noteLines(details: WorkflowStatus | undefined, nowMs: number): string[] {
  return (
    details?.notes?.flatMap((note) => wrapped(printable(withDistances(note, nowMs)), terminalWidth, '- ', '  ')) ?? []
  );
}

function problemLines(problem: ShownWorkflow['problem'], nowMs: number): string[] {
  if (problem === undefined) return [];
  const { attempt, cause, message, since, wayOut: steps } = problem;
  return [
    printable(`attempt ${attempt}${since === undefined ? '' : `, since ${clockTime(since, nowMs)}`}: ${cause}`),
    ...(message === undefined ? [] : [printable(message)]),
    ...steps,
  ];
}

/** What the state and all that follows are worth, where they are not the workflow's own words of this moment. */
function stateNote({ source, sourceNote, status }: ShownWorkflow): string | undefined {
  if (source === 'result') return 'as the ended run left it';
  if (source === 'query' && cutShortAs(status) !== undefined) {
    return `as it was before the run ended as ${status}; nothing below goes on`;
  }
  return sourceNote;
}

function facts(workflow: ShownWorkflow, nowMs: number): string[] {
  const when = (iso: string | undefined): string | undefined => iso && clockTime(iso, nowMs);
  const lines: ReadonlyArray<readonly [string, string | undefined]> = [
    ['subject', workflow.subject],
    ['type', `${workflow.type}, ${workflow.status}`],
    ['needs you', workflow.attention === undefined ? undefined : workflow.attention ? 'yes' : 'no'],
    ['due', when(workflow.dueAt)],
    ['started', when(workflow.startedAt)],
    ['ended', when(workflow.endedAt)],
    [workflow.status === 'TERMINATED' ? 'reason' : 'failure', workflow.failure?.message],
    ['state', stateNote(workflow)],
  ];
  const link = workflow.link === undefined ? [] : [`link: ${workflow.link}`];
  return [
    ...lines.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${printable(value)}`])),
    ...link,
  ];
}

/** What only some statuses have; the sections show the rest. */
function otherFacts(details: WorkflowStatus | undefined, nowMs: number): string[] {
  const elsewhere = new Set(['state', 'nextStep', 'commands', 'members', 'notes', 'audit', 'report']);
  const isReport = reportSchema.safeParse(details?.['report']).success;
  return Object.entries(details ?? {}).flatMap(([label, value]) =>
    elsewhere.has(label) && (label !== 'report' || isReport) ? [] : inWords(label, value, nowMs),
  );
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

function auditText(entry: NonNullable<WorkflowStatus['audit']>[number], nowMs: number): string {
  const refused = entry.refused === undefined ? '' : ` (refused: ${printable(entry.refused)})`;
  const about = entry.proposal === undefined ? '' : ` of proposal ${printable(entry.proposal)}`;
  return `${printable(withDistances(entry.at, nowMs))}  ${printable(entry.command)}${about} by ${printable(entry.actor)}: ${printable(entry.reason)}${refused}`;
}

function proposalSection(proposal: Proposal, nowMs: number): string[] {
  const [heading, ...lines] = proposalLines(proposal, nowMs);
  return section(heading, lines);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', strong(title), ...lines];
}
