import type { BackfillDocument, StartedPart } from '../../../src/cli/backfillTexts.ts';
import type { ChangeSetsDocument } from '../../../src/cli/changeSetsTexts.ts';
import type { LinksDocument } from '../../../src/cli/links.ts';
import type { QuarantineRow } from '../../../src/cli/quarantine.ts';
import type { ShownQuarantined } from '../../../src/cli/quarantineShow.ts';
import type { ReconciliationView } from '../../../src/delivery/reconciliation.ts';
import type { StewardSchedule } from '../../../src/delivery/stewardSchedules.ts';
import type { PendingActivity } from '../../../src/delivery/workflows.ts';
import type { Finding, Verdict } from '../../../src/doctor/finding.ts';
import { list, one, type Described } from './described.ts';
import type { DeadLetterRow } from '../../../src/cli/dlq.ts';
import type { ArrivedTest, SentTest } from '../../../src/cli/emitTestTexts.ts';
import type { CheckedConfiguration, PlacedProblem } from '../../../src/config/check.ts';
import type { MoveTask } from '../../../src/queues/deadLetters.ts';
import type { Replayed } from '../../../src/workers/replay.ts';
import { pendingActivity, row, shown } from './ofWorkflows.ts';

const view: Described<LinksDocument['views'][number]> = {
  title: 'the question, or the urgency',
  query: 'the visibility query',
  link: 'the list in the Web UI',
  command: 'the command that shows the same',
};
/** The document of `links`. */
export const links: Described<LinksDocument> = {
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

/** One schedule. */
export const schedule: Described<StewardSchedule> = {
  name: 'of the schedule',
  type: 'of the workflows that it starts',
  paused: 'whether it begins no run',
  note: 'why, or what was noted last',
  nextAt: 'when it begins the next one',
  lastAt: 'when it began the last one',
  lastWorkflowId: 'the workflow of the last one',
  running: 'its workflows under way',
};

/** A row of `quarantine list`. */
export const quarantineRow: Described<QuarantineRow> = {
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
/** The document of `quarantine show`. */
export const quarantined: Described<ShownQuarantined> = {
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

/** A finding of the doctor. */
export const finding: Described<Finding> = {
  area: 'the part of the set-up, such as `account 111122223333`',
  verdict: '`ok`, `warn`, `bad` or `unknown`',
  text: 'what is true',
  mend: 'what to do',
  commands: 'commands that do it, or find out',
};
/** Findings by verdict. */
export const counts: Described<Readonly<Record<Verdict, number>>> = {
  ok: 'as it should be',
  warn: 'works, and should be mended',
  bad: 'does not work',
  unknown: 'could not be found out',
};

/** The document of `reconcile show`. */
export const reconcile: Described<ReconciliationView> = {
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

/** The document of `backfill change-sets`. */
export const changeSetsBackfill: Described<ChangeSetsDocument> = {
  workflowId: row.workflowId,
  dryRun: 'whether it only counts',
  outcome: '`started`, or why it was not',
  running: 'false once it has ended, however',
  interrupted: 'whether Ctrl-C ended the waiting',
  progress: 'its details, as they were last seen: [below](#details-by-workflow-type)',
  waitsFor: one<PendingActivity>('the activity that failed and runs again later', pendingActivity),
  startCommand: 'after a dry run that found something: the command that starts it for real',
};
/** The document of `backfill items`. */
export const itemsBackfill: Described<BackfillDocument> = {
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

const move: Described<MoveTask> = {
  status: 'SQS’s own',
  moved: 'messages moved',
  toMove: 'what there was to move when it began; absent where SQS does not say',
  startedAt: 'when it began',
  failureReason: 'why it failed',
};
/** A row of `dlq list`. */
export const deadLetterRow: Described<DeadLetterRow> = {
  queue: '`{account}/{name}`',
  messages: 'in the queue',
  deadLetterQueue: 'its dead-letter queue',
  deadLetters: 'messages in that',
  maxReceiveCount: 'after how many receptions a message goes there',
  lastMove: one<MoveTask>('the newest move back', move),
  error: 'AWS’s name of the error, where SQS refused',
};

const problem: Described<PlacedProblem> = {
  field: 'the setting, or the variable',
  message: 'what was found, and what would be right',
  line: 'in the file, counted from 1, where it has one',
  mend: 'what mends it, where the message does not say',
};
/** The document of `config check`, without the process. */
export const checkedConfiguration: Described<CheckedConfiguration> = {
  file: 'which file',
  problems: list<PlacedProblem>('none: the process would start', problem),
  variables: list<CheckedConfiguration['variables'][number]>('the variables that the file names', {
    name: 'of the variable',
    fields: 'the settings that name it',
    state: '`set`, `inFile` or `unset`',
  }),
};

/** A test event. */
export const sentTest: Described<Omit<SentTest, 'flagsAgain'>> = {
  testId: 'of the test',
  workflowId: row.workflowId,
  account: 'that the credentials are of',
  bus: 'its ARN',
  region: 'of the bus',
  sentAt: 'when it was put on the bus',
};
/** How it arrived. */
export const arrivedTest: Described<ArrivedTest> = {
  account: 'of the envelope',
  transport: '`http`, `sqs` or `cli`',
  queue: '`{account}/{name}` of the queue',
  arrivedAt: 'when',
  isConfigured: 'whether that process has the account in its configuration',
};
/** A workflow that was replayed. */
export const replayed: Described<Replayed> = {
  type: row.type,
  workflowId: row.workflowId,
  runId: row.runId,
  problem: 'why this version cannot go on from its history',
};
