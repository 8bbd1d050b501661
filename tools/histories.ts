/**
 * `npm run record-histories [-- FOLDER]`: runs the demo, answers some of its cases, and keeps each workflow's history in
 * test/replay/histories or in the folder. It adds new histories and never replaces a file: such workflows may be open
 * somewhere, and today's code has to continue them.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deadLettersDelivery } from '../src/delivery/deadLetters.ts';
import { backfillMemo, deliverOrThrow } from '../src/delivery/deliver.ts';
import { foundAccounts } from '@marketplace-steward/demo/scenarios/scenario';
import type { Demo } from '@marketplace-steward/demo/demoProcess';
import { shapeOf } from '@marketplace-steward/testing/histories';
import { until } from '@marketplace-steward/testing/until';
import { deadLetterQueueWorkflowId } from '../src/workflows/deadLetterQueue/contract.ts';
import { eventFanOutType } from '../src/workflows/eventFanOut/contract.ts';
import {
  failingTasksType,
  failingTasksWorkflowId,
  tasksFailingSignal,
  type FailingTasksFound,
} from '../src/workflows/failingTasks/contract.ts';
import { noticeDigestType } from '../src/workflows/noticeDigest/contract.ts';
import { stewardTaskQueue } from '../src/workflows/shared/taskQueues.ts';
import { submitPermitsType } from '../src/workflows/submitPermits/contract.ts';
import {
  answers,
  answersToUnknown,
  postManyItems,
  postManyUnreadable,
  postTest,
  postUnknown,
  refuseCredentials,
} from './histories/answers.ts';
import { foundIn, recordable, slugOf } from './histories/recording.ts';
import { withDemo } from './withDemo.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [, , folder = join(root, 'test', 'replay', 'histories')] = process.argv;

/** A report of one workflow, as the check for lost events sends it. */
const failingFound: FailingTasksFound = {
  groups: [
    {
      workflowType: 'securityCase',
      cause: 'WorkflowWorkerUnhandledFailure',
      message: 'TypeError: not a function',
      count: 1,
      workflowIds: ['security:111122223333'],
    },
  ],
  isComplete: true,
};

interface Subject {
  readonly workflowId: string;
  readonly scenario: string;
  /** How it was answered, where it was. */
  readonly how?: string;
}

/** Records the history of a workflow, unless there is one of the same shape and state. */
async function record({ client, credentials, observer }: Demo, { workflowId, scenario, how }: Subject): Promise<void> {
  const observation = await observer.check(workflowId);
  if (observation === undefined) throw new Error(`${workflowId}: there is no such workflow`);
  const { type, state, runId } = observation;
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const shape = shapeOf(history);
  const typeFolder = join(folder, type);
  mkdirSync(typeFolder, { recursive: true });
  const existing = readdirSync(typeFolder).find(
    (file) => file.startsWith(`${state}-`) && file.endsWith(`.${shape}.json`),
  );
  if (existing !== undefined) {
    console.log(`kept: ${type}/${existing} has the shape of "${scenario}"`);
    return;
  }
  const text = recordable(history);
  const secrets = Object.values(credentials).map(({ value }) => value);
  const found = foundIn(text, [root, `${homedir()}/`, `@${hostname()}`, ...secrets]);
  if (found !== undefined) throw new Error(`the history of ${workflowId} names this machine or holds a key`);
  const what = how === undefined || how === state ? scenario : `${scenario} ${how}`;
  const file = join(typeFolder, `${state}-${slugOf(what)}.${shape}.json`);
  writeFileSync(file, text, { flag: 'wx' });
  console.log(`recorded: ${relative(root, file)}`);
}

/** One of the many change sets that a backfill has delivered and that need a decision. */
async function openedByBackfill({ client }: Demo): Promise<string> {
  const query = `StewardAccount="${foundAccounts.backfilled}" AND StewardAttention=true`;
  for await (const { workflowId, memo } of client.workflow.list({ query })) {
    if (memo !== undefined && Object.hasOwn(memo, backfillMemo)) return workflowId;
  }
  throw new Error('no change set that a backfill has found needs a decision');
}

/** The first workflow of a type, once there is one. */
async function firstOf({ client }: Demo, type: string): Promise<string> {
  return until(async () => {
    for await (const { workflowId } of client.workflow.list({ query: `WorkflowType="${type}"` })) return workflowId;
    return undefined;
  });
}

/** What stands behind the scenarios, and is none itself. */
async function recordBehind(demo: Demo): Promise<void> {
  await record(demo, { workflowId: await firstOf(demo, submitPermitsType), scenario: 'permits of an account' });
  await postManyUnreadable(demo, 8);
  await record(demo, { workflowId: await firstOf(demo, noticeDigestType), scenario: 'many notices of one kind' });
  await postManyItems(demo, 7);
  const fanOut = await firstOf(demo, eventFanOutType);
  await demo.comesTo(fanOut, { state: 'delivered' });
  await record(demo, { workflowId: fanOut, scenario: 'event of many items' });
  await demo.client.workflow.signalWithStart(failingTasksType, {
    workflowId: failingTasksWorkflowId,
    taskQueue: stewardTaskQueue,
    args: [{ version: 1 }],
    signal: tasksFailingSignal,
    signalArgs: [failingFound],
  });
  await demo.comesTo(failingTasksWorkflowId, { state: 'failing' });
  await record(demo, { workflowId: failingTasksWorkflowId, scenario: 'one report' });
  await recordDeadLetters(demo);
  const test = await postTest(demo);
  await demo.comesTo(test, { state: 'arrived' });
  await record(demo, { workflowId: test, scenario: 'test event' });
}

/** An alarm of a dead-letter queue, as the ingress raises and ends it. */
async function recordDeadLetters(demo: Demo): Promise<void> {
  const queue = { region: 'us-east-1', name: '111122223333/steward-dead', source: '111122223333/steward' };
  const workflowId = deadLetterQueueWorkflowId(queue);
  const count = (messages: number) =>
    deliverOrThrow(demo.client, deadLettersDelivery(queue, { count: messages, at: new Date().toISOString() }));
  await count(2);
  await demo.comesTo(workflowId, { state: 'filled' });
  await record(demo, { workflowId, scenario: 'messages in a dead-letter queue' });
  await count(0);
  await demo.comesTo(workflowId, { state: 'emptied' });
  await record(demo, { workflowId, scenario: 'messages in a dead-letter queue', how: 'emptied' });
}

async function recordAll(demo: Demo): Promise<void> {
  console.log('waiting until every scenario is in its state …');
  const ids = new Map<string, string>();
  for (const { scenario } of await demo.allAtRest()) {
    ids.set(scenario.name, scenario.workflowId);
    await record(demo, { workflowId: scenario.workflowId, scenario: scenario.name });
  }
  for (const { scenario, how, give } of answers) {
    const workflowId = ids.get(scenario);
    if (workflowId === undefined) throw new Error(`there is no scenario "${scenario}"`);
    await give(demo.client.workflow.getHandle(workflowId));
    await record(demo, { workflowId, scenario, how });
  }
  for (const { scenario, how, give } of answersToUnknown) {
    const workflowId = await postUnknown(demo);
    await demo.comesTo(workflowId, { state: 'awaitingDecision' });
    await record(demo, { workflowId, scenario });
    await give(demo.client.workflow.getHandle(workflowId));
    await record(demo, { workflowId, scenario, how });
  }
  await record(demo, { workflowId: await openedByBackfill(demo), scenario: 'change set found by a backfill' });
  await recordBehind(demo);
  const alarm = await refuseCredentials(demo);
  await demo.comesTo(alarm, { state: 'refused' });
  await record(demo, { workflowId: alarm, scenario: 'expired credentials' });
}

await withDemo(recordAll);
