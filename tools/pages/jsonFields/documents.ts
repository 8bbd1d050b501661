import type { BackfillDocument, StartedPart } from '../../../src/cli/backfillTexts.ts';
import type { Failed, Planned, Sent } from '../../../src/cli/bulkCommand.ts';
import type { ChangeSetsDocument } from '../../../src/cli/changeSetsTexts.ts';
import type { Alarm, UnservedQueue } from '../../../src/cli/health.ts';
import type { LinksDocument } from '../../../src/cli/links.ts';
import type { ListDocument } from '../../../src/cli/list.ts';
import type { ListRow } from '../../../src/cli/listRows.ts';
import type { Outcome } from '../../../src/cli/outcome.ts';
import type { Proposal } from '../../../src/cli/proposal.ts';
import type { QuarantineRow } from '../../../src/cli/quarantine.ts';
import type { ShownQuarantined } from '../../../src/cli/quarantineShow.ts';
import type { ShiftStatus, ShownRow } from '../../../src/cli/shiftStatus.ts';
import type { ShownWorkflow } from '../../../src/cli/shownWorkflow.ts';
import type { ReconciliationView } from '../../../src/delivery/reconciliation.ts';
import type { StewardSchedule } from '../../../src/delivery/stewardSchedules.ts';
import type { Urgency } from '../../../src/delivery/urgency.ts';
import type { PendingActivity } from '../../../src/delivery/workflows.ts';
import type { Finding, Verdict } from '../../../src/doctor/finding.ts';
import { list, one, type Described, type Member } from './described.ts';

const urgencyCounts: Described<Readonly<Record<Urgency, number>>> = {
  overdue: 'its due date has passed',
  dueToday: 'due within 24 hours',
  needsDecision: 'an operator is asked, or its workflow task fails',
  waiting: 'due later, or the steward itself acts or waits',
  informational: 'nobody has to do anything',
};

const row: Described<ListRow> = {
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
  link: 'its page in the Web UI, where that is known',
};

const listed: Described<ListDocument> = {
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

const status: Described<ShiftStatus> = {
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

const pendingActivity: Described<PendingActivity> = {
  type: 'which activity',
  attempt: 'which attempt',
  nextAttemptAt: 'when the next one begins',
  lastFailure: 'why the last one failed',
  isPoll: 'true where that says only “not yet”',
  unservedQueue: 'the task queue that it waits on, where no worker serves it',
};

const shown: Described<ShownWorkflow> = {
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

const sent: Described<Sent> = {
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
    cutShort: 'Temporal’s status, where the run was ended from outside or failed',
    deliveredTo: 'of a replay: the workflows that have it',
  }),
};
const planned: Described<Planned> = {
  workflowId: 'which workflow',
  type: 'its type',
  command: 'which command',
  state: 'its state',
  wouldSend: 'true: it would take the command now',
};
const failure = {
  message: 'what happened, and what to do',
  exitCode: 'the [exit status](command.md#what-all-commands-share)',
};
const failed: Described<Failed> = {
  id: 'as it was given',
  command: 'which command',
  error: one<Failed['error']>('why it was not taken', failure),
};

const alarm: Described<Alarm> = {
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
const unservedQueue: Described<UnservedQueue> = {
  type: '`unservedQueue`',
  taskQueue: 'which task queue no worker serves',
  state: '`unserved`',
  what: 'what that means, in lines',
  nextStep: 'what to do',
};

const view: Described<LinksDocument['views'][number]> = {
  title: 'the question, or the urgency',
  query: 'the visibility query',
  link: 'the list in the Web UI',
  command: 'the command that shows the same',
};
const links: Described<LinksDocument> = {
  ui: 'where the Web UI is',
  namespace: 'of which namespace',
  questions: list<LinksDocument['questions'][number]>('the ten questions of a shift', {
    ...view,
    see: 'what the list shows, and what a row’s page shows beyond that',
  }),
  views: list<LinksDocument['views'][number]>('one for each urgency', view),
  columns: 'the columns that make the list readable',
  script: 'what sets them and saves the views, for the console of the browser',
};

const schedule: Described<StewardSchedule> = {
  name: 'of the schedule',
  type: 'of the workflows that it starts',
  paused: 'whether it begins no run',
  note: 'why, or what was noted last',
  nextAt: 'when it begins the next one',
  lastAt: 'when it began the last one',
  lastWorkflowId: 'the workflow of the last one',
  running: 'its workflows under way',
};

const quarantineRow: Described<QuarantineRow> = {
  type: row.type,
  workflowId: row.workflowId,
  runId: row.runId,
  status: row.status,
  state: row.state,
  account: row.account,
  attention: row.attention,
  receivedAt: 'when it came first',
  endedAt: row.endedAt,
  summary: 'digest and size',
  reason: 'why it was kept',
  link: row.link,
};
const quarantined: Described<ShownQuarantined> = {
  workflowId: row.workflowId,
  runId: row.runId,
  status: row.status,
  state: shown.state,
  receivedAt: 'when it came first',
  sourceNote: shown.sourceNote,
  details: 'as in the document of `show`',
  bytes: one<ShownQuarantined['bytes']>('the bytes', {
    envelope: '`eventbridge` or `webhook`',
    size: 'how many there are',
    isWhole: 'whether they have the digest with which the workflow was started',
    form: '`text` or `hex`',
    shown: 'how many of them `lines` show',
    lines: 'the bytes, in lines',
    problem: 'in place of all others: why they cannot be read here',
  }),
  link: row.link,
  commands: shown.commands,
};

const finding: Described<Finding> = {
  area: 'the part of the set-up, such as `account 111122223333`',
  verdict: '`ok`, `warn`, `bad` or `unknown`',
  text: 'what is true',
  mend: 'what to do',
  commands: 'commands that do it, or find out',
};
const counts: Described<Readonly<Record<Verdict, number>>> = {
  ok: 'as it should be',
  warn: 'works, and should be mended',
  bad: 'does not work',
  unknown: 'could not be found out',
};

const reconcile: Described<ReconciliationView> = {
  paused: 'whether the schedule of all accounts is paused',
  note: 'why, or what was noted last',
  nextRoundAt: 'when the next round begins',
  round: one<NonNullable<ReconciliationView['round']>>('the newest that has completed', {
    workflowId: row.workflowId,
    runId: row.runId,
  }),
  policy: 'what rounds start with in place of the defaults ([the settings](accounts.md))',
  accounts: list<ReconciliationView['accounts'][number]>('those that are checked', {
    account: 'the AWS account',
    catalogs: 'its catalogs',
    since: 'from when on it is checked',
    paused: 'who paused it, and why: `actor`, `reason`, `at`',
    result: 'how the newest round left it: as `accounts` of the details of `reconcileChangeSets`',
  }),
};

const changeSetsBackfill: Described<ChangeSetsDocument> = {
  workflowId: row.workflowId,
  dryRun: 'whether it only counts',
  outcome: '`started`, or why it was not',
  running: 'false once it has ended, however',
  interrupted: 'whether Ctrl-C ended the waiting',
  progress: 'its details, as they were last seen: [below](#details-by-workflow-type)',
  waitsFor: one<PendingActivity>('the activity that failed and runs again later', pendingActivity),
  startCommand: 'after a dry run that found something: the command that starts it for real',
};
const itemsBackfill: Described<BackfillDocument> = {
  given: 'items in the list',
  duplicates: 'of these, those that are there more than once',
  badLines: list<BackfillDocument['badLines'][number]>('lines that name no item', {
    line: 'which, counted from 1',
    problem: 'what is wrong',
  }),
  ratePerSecond: 'as it was asked for',
  interrupted: 'whether Ctrl-C ended the waiting',
  parts: list<StartedPart>('its workflows', {
    workflowId: row.workflowId,
    items: 'how many it has',
    outcome: '`started`, or why it was not',
    running: 'false once it has ended, however',
    progress: 'its details, as they were last seen: [below](#details-by-workflow-type)',
  }),
};

/** A document that `--json` gives. */
export interface JsonDocument {
  /** The commands that give it, for a heading. */
  readonly title: string;
  /** What it is as a whole. */
  readonly is: string;
  readonly members: Readonly<Record<string, Member>>;
}

/** Every document with tables of its own, by a name for recorded examples. */
export const jsonDocuments = {
  list: {
    title: '`list`',
    is: 'One page of the list. `-o yaml` is the same; `-o csv` has the rows alone.',
    members: listed,
  },
  status: { title: '`status`', is: 'The screen of a shift.', members: status },
  show: { title: '`show`', is: 'One workflow.', members: shown },
  sent: {
    title: 'Operator commands',
    is: 'What one workflow answered; a list of such where several ids are given.',
    members: sent,
  },
  planned: { title: 'Operator commands with `--dry-run`', is: 'What would be sent to one workflow.', members: planned },
  failed: { title: 'A failure among several ids', is: 'In the place of an answer.', members: failed },
  error: {
    title: 'A command that failed',
    is: 'In the place of any other document.',
    members: { error: one<Failed['error']>('why', failure) },
  },
  health: { title: '`health`', is: 'A list of alarms.', members: alarm },
  unservedQueue: {
    title: 'A task queue without a worker',
    is: 'Among the alarms of `health`.',
    members: unservedQueue,
  },
  links: { title: '`links`', is: 'The lists of the Web UI.', members: links },
  open: {
    title: '`open`',
    is: 'One page of the Web UI.',
    members: {
      workflowId: row.workflowId,
      runId: row.runId,
      link: 'the page',
      opened: 'whether a browser was opened',
    },
  },
  schedules: { title: '`schedules`', is: 'A list; with an act one of them, and `changed`.', members: schedule },
  quarantineList: { title: '`quarantine list`', is: 'A list.', members: quarantineRow },
  quarantineShow: { title: '`quarantine show`', is: 'One quarantined event.', members: quarantined },
  reconcile: {
    title: '`reconcile show`',
    is: 'All accounts. Of one account its own members, and the others under `schedule`.',
    members: reconcile,
  },
  backfillChangeSets: { title: '`backfill change-sets`', is: 'One backfill.', members: changeSetsBackfill },
  backfillItems: { title: '`backfill items`', is: 'One list of items.', members: itemsBackfill },
  doctor: {
    title: '`doctor`',
    is: 'The whole set-up.',
    members: {
      healthy: 'whether nothing is bad',
      counts: one<Readonly<Record<Verdict, number>>>('findings by verdict', counts),
      findings: list<Finding>('in a fixed order', finding),
    },
  },
  version: {
    title: '`version`',
    is: 'The release.',
    members: { version: 'of the release', buildId: 'the hash of its workflows' },
  },
} as const satisfies Readonly<Record<string, JsonDocument>>;
