import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { reportedCause } from '../delivery/taskProblems.ts';
import { matterOf } from '../delivery/firstRows.ts';
import { urgencyOf, type Urgency } from '../delivery/urgency.ts';
import { changeSetWorkflowId } from '../workflows/changeSetRemediation/contract.ts';
import {
  accountAttribute,
  attemptAttribute,
  attentionAttribute,
  dueAtAttribute,
  stateAttribute,
  subjectAttribute,
} from '../workflows/shared/searchAttributes.ts';
import { fromNow, lengthText } from './distances.ts';
import type { FittedColumn } from './fittedTable.ts';
import { instant } from './format.ts';
import type { ListColumn } from './listNames.ts';
import type { Style } from './screen.ts';
import { workflowLink, type LinkPlace } from './temporal.ts';

/** A row of a list, as programs get it. Times are ISO 8601. */
export type ListRow = ReturnType<typeof rowOf>;

/**
 * A row of a list.
 * @param nowMs milliseconds since the epoch: what the urgency is judged by.
 * @param replaced runs in whose place newer ones are.
 */
export function rowOf(
  workflow: WorkflowExecutionInfo,
  access: LinkPlace,
  nowMs: number,
  replaced: ReadonlyMap<string, string> = new Map(),
) {
  const { type, workflowId, runId, status, startTime, closeTime, typedSearchAttributes: attributes } = workflow;
  return defined({
    type,
    workflowId,
    runId,
    /** Temporal's own status. */
    status: status.name,
    /** How soon it needs somebody; absent once it has ended. */
    urgency: status.name === 'RUNNING' ? urgencyOf(matterOf(workflow), nowMs) : undefined,
    subject: attributes.get(subjectAttribute),
    state: attributes.get(stateAttribute),
    account: attributes.get(accountAttribute),
    attention: attributes.get(attentionAttribute),
    /** Why its workflow task fails, where it does. */
    problem: reportedCause(workflow),
    attempt: attributes.get(attemptAttribute),
    dueAt: attributes.get(dueAtAttribute)?.toISOString(),
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString(),
    /** The newer run that goes on in its place, where it was cut short: a reset makes one. */
    replacedBy: replaced.get(runId),
    link: workflowLink(access, workflowId, runId),
  });
}

/** As a row says it. */
export const urgencyWords: Readonly<Record<Urgency, string>> = {
  overdue: 'overdue',
  dueToday: 'today',
  needsDecision: 'decide',
  waiting: 'waiting',
  informational: 'info',
};

const urgencyStyles: Readonly<Record<Urgency, Style | undefined>> = {
  overdue: 'red',
  dueToday: 'yellow',
  needsDecision: 'cyan',
  waiting: undefined,
  informational: 'dim',
};

/** The colour of an urgency. */
export function urgencyStyle(urgency: Urgency | undefined): Style | undefined {
  return urgency === undefined ? undefined : urgencyStyles[urgency];
}

/** The shortest id that every command takes: a change set's own, without the kind of its workflow. */
export function shortId(workflowId: string): string {
  const own = workflowId.replace(/^[^:]*:/, '');
  return own !== '' && !own.includes(':') && changeSetWorkflowId(own) === workflowId ? own : workflowId;
}

/** What a row is about: its subject, else its id. */
export function subjectOf({ subject, workflowId }: Pick<ListRow, 'subject' | 'workflowId'>): string {
  return subject ?? shortId(workflowId);
}

/** Where the workflow's task fails, the state is only what it was before. */
function stateOf({ state, problem, replacedBy }: ListRow): string {
  if (replacedBy !== undefined) return 'replaced by a newer run';
  return problem === undefined ? (state ?? '') : `task fails: ${problem}`;
}

const ms = (iso: string | undefined): number | undefined => (iso === undefined ? undefined : Date.parse(iso));
/** `12 min ago` in fewer characters, as the flags write lengths: `12m ago`. */
const tight = (text: string): string =>
  text.replace(/(\d) (?:min|([hds]))\b/, (_all, digit: string, unit = 'm') => digit + unit);

const second = (iso: string | undefined): string => (iso === undefined ? '' : instant(new Date(iso)));

/** How a column is shown, and the member of the row that programs get for it. */
interface NamedColumn {
  readonly member: keyof ListRow;
  readonly shown: (nowMs: number) => FittedColumn<ListRow>;
}

const plainColumn = (heading: string, value: (row: ListRow) => string): NamedColumn['shown'] => {
  return () => ({ heading, value, isOptional: true });
};

/** How every column is shown. */
export const listColumns: Readonly<Record<ListColumn, NamedColumn>> = {
  urgency: {
    member: 'urgency',
    shown: () => ({
      heading: 'URGENCY',
      value: ({ urgency }) => (urgency === undefined ? '' : urgencyWords[urgency]),
      style: ({ urgency }) => urgencyStyle(urgency),
      isOptional: true,
    }),
  },
  subject: {
    member: 'subject',
    shown: () => ({ heading: 'SUBJECT', value: subjectOf, least: 14, worth: 20, cut: 'subject', isOptional: true }),
  },
  state: { member: 'state', shown: () => ({ heading: 'STATE', value: stateOf, least: 10, isOptional: true }) },
  due: {
    member: 'dueAt',
    shown: (nowMs) => {
      const value = ({ dueAt }: ListRow): string => (dueAt === undefined ? '' : fromNow(Date.parse(dueAt), nowMs));
      return { heading: 'DUE', value, short: (row) => tight(value(row)), isOptional: true };
    },
  },
  age: {
    member: 'startedAt',
    shown: (nowMs) => {
      const value = ({ startedAt, endedAt }: ListRow): string =>
        lengthText((ms(endedAt) ?? nowMs) - Date.parse(startedAt));
      return { heading: 'AGE', value, short: (row) => tight(value(row)) };
    },
  },
  started: { member: 'startedAt', shown: plainColumn('STARTED', ({ startedAt }) => second(startedAt)) },
  ended: { member: 'endedAt', shown: plainColumn('ENDED', ({ endedAt }) => second(endedAt)) },
  attention: { member: 'attention', shown: plainColumn('NEEDS YOU', ({ attention }) => (attention ? 'yes' : '')) },
  problem: { member: 'problem', shown: plainColumn('TASK FAILS', ({ problem }) => problem ?? '') },
  attempt: { member: 'attempt', shown: plainColumn('ATTEMPT', ({ attempt }) => attempt?.toString() ?? '') },
  status: { member: 'status', shown: plainColumn('STATUS', ({ status }) => status) },
  account: { member: 'account', shown: plainColumn('ACCOUNT', ({ account }) => account ?? '') },
  type: { member: 'type', shown: plainColumn('TYPE', ({ type }) => type) },
  run: { member: 'runId', shown: plainColumn('RUN', ({ runId }) => runId) },
  link: {
    member: 'link',
    shown: () => ({ heading: 'LINK', value: ({ link }) => link ?? '', isOptional: true, isAddress: true }),
  },
  id: {
    member: 'workflowId',
    shown: () => ({
      heading: 'ID',
      value: ({ workflowId }) => workflowId,
      short: ({ workflowId }) => shortId(workflowId),
      link: ({ link }) => link,
      isWhole: true,
    }),
  },
};
