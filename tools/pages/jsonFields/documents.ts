import type { Failed } from '../../../src/cli/bulkCommand.ts';
import type { ArrivedTest } from '../../../src/cli/emitTestTexts.ts';
import type { Finding, Verdict } from '../../../src/doctor/finding.ts';
import type { Replayed } from '../../../src/workers/replay.ts';
import { list, one, type Member } from './described.ts';
import {
  arrivedTest,
  changeSetsBackfill,
  checkedConfiguration,
  counts,
  deadLetterRow,
  finding,
  itemsBackfill,
  links,
  quarantined,
  quarantineRow,
  reconcile,
  replayed,
  schedule,
  sentTest,
} from './ofTheRest.ts';
import { alarm, failed, failure, listed, planned, row, sent, shown, status, unservedQueue } from './ofWorkflows.ts';

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
  quarantineOutput: {
    title: '`quarantine show --output`',
    is: 'Where the bytes are.',
    members: { workflowId: row.workflowId, output: 'the file', size: 'how many bytes' },
  },
  reconcilePause: {
    title: '`reconcile pause` and `reconcile resume`',
    is: 'What is true now.',
    members: { accounts: 'the accounts', paused: 'whether they are paused' },
  },
  reconcileRun: {
    title: '`reconcile run`',
    is: 'What was begun.',
    members: { triggered: 'true: a round', workflowId: 'the check of the one account' },
  },
  workerHealth: {
    title: '`health --worker`',
    is: 'The worker of this host.',
    members: {
      polls: 'whether it asks for work',
      host: 'the host',
      queues: list<{ queue: string; lastPollMsAgo: number }>('the task queues that it asks', {
        queue: 'which',
        lastPollMsAgo: 'when it asked last, in milliseconds ago',
      }),
      lastTaskMsAgo: 'when it got its last task, in milliseconds ago',
      failingTasks: 'workflows whose task fails, on any worker',
    },
  },
  configCheck: {
    title: '`config check`',
    is: 'One file.',
    members: { ...checkedConfiguration, for: 'which process', usable: 'whether that would start' },
  },
  configShow: {
    title: '`config show`',
    is: 'What holds, with all defaults; no secret is in it.',
    members: {
      file: 'which file',
      temporal: one<{ address: string; namespace: string }>('where Temporal is', {
        address: 'its address',
        namespace: 'the namespace',
      }),
      settings: 'by setting ([the settings](accounts.md))',
      sources: 'by setting: the line of the file, or the default',
    },
  },
  configSchema: { title: '`config schema`', is: 'The JSON Schema (2020-12) of the file itself.', members: {} },
  dlqList: { title: '`dlq list`', is: 'A list.', members: deadLetterRow },
  dlqRedrive: {
    title: '`dlq redrive`',
    is: 'One move.',
    members: {
      queue: '`{account}/{name}`',
      deadLetterQueue: 'its dead-letter queue',
      messages: 'how many were there',
      started: 'whether SQS moves them: not where there are none',
    },
  },
  emit: {
    title: '`emit`',
    is: 'The answer of the ingress, as it came ([answers](ingress.md#answers)). With `--test`:',
    members: {
      ...sentTest,
      arrived: 'whether it did',
      seconds: 'how long that took',
      waitSeconds: 'how long the command waited, where it did not arrive',
      arrival: one<ArrivedTest>('how it arrived, where a worker has said so', arrivedTest),
    },
  },
  replayHistories: {
    title: '`replay-histories`',
    is: 'One replay.',
    members: {
      query: 'which workflows',
      replayed: 'how many',
      failed: list<Replayed>('those that cannot go on', replayed),
    },
  },
  services: {
    title: '`worker`, `ingress`, `run` and `codec-server`',
    is: 'Once it is ready; each has what is its own.',
    members: {
      ready: 'true',
      url: 'where it takes requests',
      queues: 'the names of the queues from which it takes events',
      taskQueues: 'the task queues that it serves',
      namespace: 'in which namespace',
      deployment: 'of which Worker Deployment it is a version',
      buildId: 'and which version',
    },
  },
  completion: {
    title: '`completion`',
    is: 'One script.',
    members: { shell: 'for which shell', script: 'the script' },
  },
} as const satisfies Readonly<Record<string, JsonDocument>>;
