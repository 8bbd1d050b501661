import type { Failed, Planned, Sent } from '../../../src/cli/bulkCommand.ts';
import type { Alarm, UnservedQueue } from '../../../src/cli/health.ts';
import type { ListDocument } from '../../../src/cli/list.ts';
import type { ListRow } from '../../../src/cli/listRows.ts';
import type { Outcome } from '../../../src/cli/outcome.ts';
import type { Proposal } from '../../../src/cli/proposal.ts';
import type { ShiftStatus, ShownRow } from '../../../src/cli/shiftStatus.ts';
import type { ShownWorkflow } from '../../../src/cli/shownWorkflow.ts';
import type { Urgency } from '../../../src/delivery/urgency.ts';
import type { PendingActivity } from '../../../src/delivery/workflows.ts';
import { list, one, type Described } from './described.ts';

const urgencyCounts: Described<Readonly<Record<Urgency, number>>> = {
  overdue: 'its due date has passed',
  dueToday: 'due within 24 hours',
  needsDecision: 'an operator is asked, or its workflow task fails',
  waiting: 'due later, or the steward itself acts or waits',
  informational: 'nobody has to do anything',
};

/** A row of `list`. */
export const row: Described<ListRow> = {
  type: 'the workflow type',
  workflowId: 'the id, as every command takes it',
  runId: 'of the run',
  status: 'Temporal’s own, such as `RUNNING`',
  urgency: 'one of those of `totals`; absent once it has ended',
  subject: 'what it is about, and what the matter is',
  state: 'what it does now, or how it ended',
  account: 'the AWS account, or the merchant',
  attention: 'whether an operator is asked',
  problem: 'why its workflow task fails, where it does',
  attempt: 'of a change set: the number of its newest successor',
  dueAt: 'the date that somebody has to keep',
  startedAt: 'when the run began',
  endedAt: 'when it ended',
  replacedBy: 'the newer run in its place, where it was cut short: a reset makes one',
  link: 'its page in the Web UI, where that is known',
};

/** The document of `list`. */
export const listed: Described<ListDocument> = {
  at: 'by when the urgencies are judged, on all pages',
  total: 'how many match in all, on every page',
  shown: 'how many rows are here',
  totals: one<Readonly<Record<Urgency, number>>>(
    'how many match, by urgency; absent where they have ended',
    urgencyCounts,
  ),
  next: 'where the next page begins, for `--page`; absent on the last one',
  rows: list<ListRow>('the rows, the most urgent first', row),
};

const shownRow: Described<ShownRow> = {
  ...row,
  nextAttemptAt: 'when the activity that it waits for begins again',
  lastFailure: 'why that failed last',
};

/** The document of `status`. */
export const status: Described<ShiftStatus> = {
  at: 'when it was asked',
  namespace: 'in which namespace',
  address: 'where Temporal is',
  running: one<ShiftStatus['running']>('how many workflows run, by urgency', urgencyCounts),
  needsYou: one<ShiftStatus['needsYou']>('overdue, due within 24 hours, or to decide', {
    total: 'how many',
    rows: 'all of them, each as a row of `list`',
  }),
  due: one<ShiftStatus['due']>('due later than that', {
    withinDays: 'and within so many days',
    total: 'how many',
    rows: 'the first of them, each as a row of `list`',
  }),
  retrying: one<ShiftStatus['retrying']>('in the states `retrying`, `awaitingAccess` and `awaitingBlocker`', {
    total: 'how many',
    rows: list<ShownRow>('the first of them; as a row of `list`, and', shownRow),
  }),
  lost: one<ShiftStatus['lost']>('lost events', {
    roundsWithLost: 'checks since yesterday that found some',
    quarantined: 'events that cannot be read and wait for an answer',
    held: 'questions about events that nobody may act on yet',
    recorded: 'kinds of events that no document names: nobody has to decide',
    deadLetterQueues: 'dead-letter queues with messages',
  }),
  done: one<ShiftStatus['done']>('what ended', {
    since: 'since yesterday, 00:00 UTC',
    total: 'how many',
    states: 'by state',
    others: 'in other states',
    failed: 'failed, terminated or timed out',
  }),
  workers: 'by task queue: seconds since a worker asked it for work; `null` where none does',
  failingTasks: one<ShiftStatus['failingTasks']>('workflows whose task fails', {
    total: 'how many',
    causes: 'the server’s names of the causes',
  }),
};

/** An activity that has not ended. */
export const pendingActivity: Described<PendingActivity> = {
  type: 'which activity',
  attempt: 'which attempt',
  nextAttemptAt: 'when the next one begins',
  lastFailure: 'why the last one failed',
  isPoll: 'true where that says only “not yet”',
  unservedQueue: 'the task queue that it waits on, where no worker serves it',
};

/** The document of `show`. */
export const shown: Described<ShownWorkflow> = {
  workflowId: row.workflowId,
  runId: row.runId,
  type: row.type,
  status: row.status,
  subject: row.subject,
  state: 'as the workflow itself says it, where it answers',
  attention: row.attention,
  dueAt: row.dueAt,
  startedAt: row.startedAt,
  endedAt: row.endedAt,
  link: row.link,
  source: 'where the state is from: `query`, `result` (of an ended run) or `searchAttributes`',
  sourceNote: 'why it did not answer',
  details: 'what its status query answers, or what it left as its result: [below](#details-by-workflow-type)',
  currentDetails:
    'what the Web UI shows, in markdown; of a workflow that does not answer, what was written at its start',
  problem: one<NonNullable<ShownWorkflow['problem']>>(
    'why its [workflow task fails](command.md#a-workflow-task-fails)',
    {
      cause: 'the server’s name of it',
      attempt: 'of the task',
      message: 'what the worker said',
      since: 'when it failed first',
      wayOut: 'how it goes on, a step a line',
    },
  ),
  pendingActivities: list<PendingActivity>('what it waits for', pendingActivity),
  failure: one<NonNullable<ShownWorkflow['failure']>>('why the run failed', {
    type: 'the failure’s type, where it has one',
    message: 'in words',
  }),
  proposal: one<Proposal>('what an operator proposes for a change set', {
    proposal: 'its name',
    proposedBy: 'who proposed it',
    proposedAt: 'when',
    indexes: 'the changes, counted from 0',
    difference: 'what it would change, in lines',
  }),
  commands: 'what you can send now, to be pasted once what stands in `<>` is replaced',
};

/** The answer to a command. */
export const sent: Described<Sent> = {
  workflowId: 'which workflow took it',
  command: 'which command',
  state: 'the state that it led to',
  changed: 'whether it changed anything',
  message: 'what is true now, in a sentence',
  outcome: one<Outcome>('with `--wait`; `null` where no worker answered in time', {
    state: 'the state then',
    isOver: 'whether the steward has done it',
    askedAgain: 'whether the workflow asks for the same command again',
    nextStep: 'what happens next',
    why: 'why it asks again',
    found: 'of a check that was asked for: what it found',
    cutShort: 'Temporal’s status, where the run was ended from outside or failed',
    deliveredTo: 'of a replay: the workflows that have it',
  }),
};
/** What a dry run says of one workflow. */
export const planned: Described<Planned> = {
  workflowId: 'which workflow',
  type: 'its type',
  command: 'which command',
  state: 'its state',
  wouldSend: 'true: it would take the command now',
};
/** Why a command failed. */
export const failure = {
  message: 'what happened, and what to do',
  exitCode: 'the [exit status](command.md#what-all-commands-share)',
};
/** Why one of several workflows did not take a command. */
export const failed: Described<Failed> = {
  id: 'as it was given',
  command: 'which command',
  error: one<Failed['error']>('why it was not taken', failure),
};

/** An alarm of `health`. */
export const alarm: Described<Alarm> = {
  type: row.type,
  workflowId: row.workflowId,
  account: row.account,
  state: row.state,
  since: 'since when',
  what: 'what was said, in lines',
  nextStep: 'what to do',
  sourceNote: 'why no more is known',
  link: row.link,
};
/** A task queue without a worker. */
export const unservedQueue: Described<UnservedQueue> = {
  type: '`unservedQueue`',
  taskQueue: 'which task queue no worker serves',
  state: '`unserved`',
  what: 'what that means, in lines',
  nextStep: 'what to do',
};
