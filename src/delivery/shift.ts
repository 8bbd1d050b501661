import { changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { deadLetterQueueType } from '../workflows/deadLetterQueue/contract.ts';
import { noticeDigestType } from '../workflows/noticeDigest/contract.ts';
import { quarantinedEventType } from '../workflows/quarantinedEvent/contract.ts';
import { reconcileChangeSetsType } from '../workflows/reconcileChangeSets/contract.ts';
import { dayMs, minuteMs } from '../workflows/shared/durations.ts';
import {
  attemptAttribute,
  attentionAttribute,
  dueAtAttribute,
  stateAttribute,
  subjectAttribute,
} from '../workflows/shared/searchAttributes.ts';
import { submitPermitsType } from '../workflows/submitPermits/contract.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { hasTaskProblem } from './taskProblems.ts';
import { urgencies, urgencyParts, type Urgency } from './urgency.ts';

/** A list of the Web UI, and the command that shows the same. */
export interface ShiftView {
  readonly title: string;
  /** A visibility query without ORDER BY, which SQL visibility refuses. */
  readonly query: string;
  /** What stands in `<>` is the reader's to fill in. */
  readonly command: string;
}

/** One question of an operator's shift, and where its answer is. */
export interface ShiftQuestion extends ShiftView {
  /** What the list shows, and what a click on a row shows beyond that. */
  readonly see: string;
}

const running = 'ExecutionStatus="Running"';
const due = dueAtAttribute.name;
const state = stateAttribute.name;
const weekDays = 7;

const oneOf = (attribute: string, values: readonly string[]): string =>
  `${attribute} IN (${values.map((value) => `"${value}"`).join(', ')})`;
const ofType = (type: string): string => `WorkflowType="${type}"`;
const all = (...conditions: readonly string[]): string => conditions.join(' AND ');

/** A date as a query has it: to the minute, so that links of one minute are the same. */
function date(ms: number): string {
  return `"${new Date(Math.floor(ms / minuteMs) * minuteMs).toISOString()}"`;
}

/**
 * The ten questions of a shift, in the order in which they come up: the one table that `steward links`, `npm start` and
 * docs/operating.md go by.
 * @param nowMs milliseconds since the epoch: what is due, and what happened last night, depend on it.
 */
export function shiftQuestions(nowMs: number): readonly ShiftQuestion[] {
  return [
    {
      title: 'What needs me?',
      query: all(`TaskQueue="${stewardTaskQueue}"`, running, `(${attentionAttribute.name}=true OR ${hasTaskProblem})`),
      command: 'steward list --attention',
      see: 'The subject says what failed. The row’s page says why, until when, and what you can answer.',
    },
    {
      title: 'What is retrying, why, and when next?',
      query: all(running, oneOf(state, ['retrying', 'awaitingBlocker', 'awaitingAccess'])),
      command: 'steward list --state retrying',
      see: 'The subject has the code and the attempt. The row’s page has the next step, its tab Pending Activities the time.',
    },
    {
      title: 'What is due this week?',
      query: all(running, `${due} <= ${date(nowMs + weekDays * dayMs)}`),
      command: 'steward list --due 7d',
      see: 'The column StewardDueAt has the date, overdue ones included. The subject says what is due.',
    },
    {
      title: 'Which events were lost?',
      query: oneOf('WorkflowType', [reconcileChangeSetsType, deadLetterQueueType]).concat(
        ` AND ${oneOf(state, ['missedFound', 'incomplete', 'filled'])}`,
      ),
      command: 'steward list --closed --state missedFound',
      see: 'The subject counts them. The row’s page names each change set that no event reported.',
    },
    {
      title: 'What did it do last night?',
      // Temporal on PostgreSQL counts what still runs as closed in the far future.
      query: all(
        `CloseTime >= ${date(nowMs - dayMs)}`,
        'ExecutionStatus!="Running"',
        `${state} IS NOT NULL`,
        `WorkflowType!="${noticeDigestType}"`,
      ),
      command: 'steward list --closed --since 24h',
      see: 'The state says how each ended, and the subject what it was. The row’s page has its attempts and notes.',
    },
    {
      title: 'Who gave the command?',
      query: all(
        ofType(changeSetRemediationType),
        `(${attemptAttribute.name} > 0 OR ${oneOf(state, ['abandoned', 'abandoning', 'resolvedElsewhere'])})`,
      ),
      command: 'steward show <id>',
      see: 'The row’s page names who gave each command, when and why; without one, the rule decided.',
    },
    {
      title: 'What would it have done?',
      query: all(running, `${state}="observed"`),
      command: 'steward list --state observed',
      see: 'One row for each change set that observe mode left alone. The row’s page says what the rule would have sent.',
    },
    {
      title: 'Stop this one',
      query: all(running, ofType(changeSetRemediationType)),
      command: 'steward abandon <id> --reason "<why>"',
      see: 'Open the row, then More Actions, Send an Update, abandon. The page has the JSON to copy.',
    },
    {
      title: 'Amend this one',
      query: all(running, ofType(changeSetRemediationType), `${state}="awaitingDecision"`),
      command: 'steward amend <id> --edit --reason "<why>"',
      see: 'Open the row, then More Actions, Send an Update, amend. The page shows the difference before you approve it.',
    },
    {
      title: 'What could not be read?',
      query: all(running, ofType(quarantinedEventType), `${state}="quarantined"`),
      command: 'steward quarantine list',
      see: 'The subject has digest and size. The row’s page says which field is wrong, and takes replay or discard.',
    },
  ];
}

const urgencyTitles: Readonly<Record<Urgency, string>> = {
  overdue: 'Overdue',
  dueToday: 'Due within 24 hours',
  needsDecision: 'Needs a decision',
  waiting: 'Waiting',
  informational: 'For information',
};

/**
 * One list for each urgency, the most urgent first, since the Web UI orders by start alone: every workflow that runs is in
 * one of them, as `steward list` has it.
 * @param nowMs milliseconds since the epoch.
 */
export function urgencyViews(nowMs: number): readonly ShiftView[] {
  const parts = urgencyParts(Math.floor(nowMs / minuteMs) * minuteMs);
  return urgencies.map((urgency) => {
    const conditions = parts.filter((part) => part.urgency === urgency).map(({ condition }) => `(${condition})`);
    const condition = conditions.length === 1 ? conditions.join('') : `(${conditions.join(' OR ')})`;
    return {
      title: urgencyTitles[urgency],
      query: all(
        `TaskQueue="${stewardTaskQueue}"`,
        running,
        condition,
        // They are about no matter; where the task of one fails, that needs somebody.
        ...(urgency === 'informational' ? [`WorkflowType!="${submitPermitsType}"`] : []),
      ),
      command: urgency === 'overdue' ? 'steward list --due overdue' : 'steward list',
    };
  });
}

/** The columns that make the list readable, in this order; Run ID would push the last ones off the page. */
export const listColumns: readonly string[] = [
  'Status',
  state,
  subjectAttribute.name,
  due,
  'Workflow ID',
  attentionAttribute.name,
  'Type',
  'Start',
];

/** Where a namespace shows in the Web UI. */
export interface WebUiPlace {
  /** Base address. */
  readonly ui: string;
  readonly namespace: string;
}

/** The Web UI's list of workflows, by a query. */
export function listAddress({ ui, namespace }: WebUiPlace, query: string): string {
  const list = `${ui.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  return `${list}?query=${encodeURIComponent(query)}`;
}
