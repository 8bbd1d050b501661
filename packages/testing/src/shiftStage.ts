import type { WorkflowHandle } from '@temporalio/client';
import { changeSetWorkflowId } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { reconcileChangeSetsType } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import { dayMs, hourMs } from '../../../src/workflows/shared/durations.ts';
import { stateAttribute } from '../../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../../src/workflows/shared/taskQueues.ts';
import { account } from './changeSets.ts';
import {
  changeSetWorld,
  failedChangeSet,
  finishedEvent,
  putEnded,
  setPolicy,
  timeAgo,
  vendorTime,
} from './changeSetWorld.ts';
import { sampleEvent } from './fixtures.ts';
import type { StewardWorld } from './stewardWorld.ts';
import { until } from './until.ts';
import { webUiStage, type WebUiStage } from './webUiStage.ts';

/** What a row that answers a question shows, and what its page says: nothing where another question has the same page. */
export interface ShiftAnswer {
  /** A name for files. */
  readonly name: string;
  readonly subject: string;
  readonly details: readonly string[];
}

/** In the order of the questions (`shiftQuestions`). */
export const shiftAnswers: readonly ShiftAnswer[] = [
  { name: 'needs', subject: 'Acme Scanner 4.4.3: SCAN_ERROR', details: ['libssl is vulnerable', 'abandon', 'amend'] },
  { name: 'retrying', subject: 'Acme Proxy 2.0: SERVER_FAULT, attempt 1', details: ['SERVER_FAULT'] },
  { name: 'due', subject: `Account ${account}: 2 products with issues, due`, details: ['2'] },
  { name: 'lost', subject: `Events of account ${account}: 1 lost`, details: ['1'] },
  { name: 'night', subject: 'Acme Vault 1.9: succeeded', details: ['succeeded'] },
  { name: 'who', subject: 'Acme Cache 3.1: INVALID_INPUT', details: ['ann', 'the product is not sold any more'] },
  { name: 'observed', subject: 'Acme Mesh 0.7: SERVER_FAULT, observe mode', details: ['observe mode'] },
  { name: 'stop', subject: 'Acme Scanner 4.4.3: SCAN_ERROR', details: [] },
  { name: 'amend', subject: 'Acme Scanner 4.4.3: SCAN_ERROR', details: [] },
  { name: 'unreadable', subject: 'bytes: cannot be read', details: ['ChangeSetId', 'discard'] },
];

/** A namespace in which every question of a shift has an answer. */
export async function shiftStage(): Promise<WebUiStage<StewardWorld>> {
  const stage = await webUiStage(() => changeSetWorld());
  try {
    await stageShift(stage.world);
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function stageShift(world: StewardWorld): Promise<void> {
  const { workflow } = world.client;
  const reaches = (handle: WorkflowHandle, state: string): Promise<true> =>
    until(async () => (await handle.describe()).typedSearchAttributes.get(stateAttribute) === state || undefined);
  const fails = async (
    name: string,
    code: string | undefined,
    message = 'The title is too long.',
  ): Promise<WorkflowHandle> => {
    const errors = code === undefined ? [] : [{ code, message }];
    const failureCode = code === undefined ? 'SERVER_FAULT' : 'CLIENT_ERROR';
    const { changeSetId, event } = failedChangeSet(world, { name, failureCode, errors });
    await world.receive(event);
    return workflow.getHandle(changeSetWorkflowId(changeSetId));
  };
  await reaches(await fails('Acme Scanner 4.4.3', 'SCAN_ERROR', 'libssl is vulnerable.'), 'awaitingDecision');
  const given = await fails('Acme Cache 3.1', 'INVALID_INPUT');
  await reaches(given, 'awaitingDecision');
  await given.executeUpdate('abandon', { args: [{ actor: 'ann', reason: 'the product is not sold any more' }] });
  world.mode = 'observe';
  await reaches(await fails('Acme Mesh 0.7', undefined), 'observed');
  world.mode = 'auto';
  setPolicy(world, { retryBackOffMs: [hourMs] });
  await reaches(await fails('Acme Proxy 2.0', undefined), 'retrying');
  const dueAt = vendorTime(Date.now() + 3 * dayMs);
  await world.receive(
    sampleEvent(
      'securityReportCreated',
      { time: vendorTime(Date.now()) },
      { numberOfProductsWithIssues: 2, upcomingResolutionDueDate: dueAt },
    ),
  );
  const succeeded = putEnded(world.simulator, { status: 'SUCCEEDED', name: 'Acme Vault 1.9' });
  await world.receive(finishedEvent('Succeeded', succeeded, 'Acme Vault 1.9'));
  await world.receive(sampleEvent('changeSetFailed', {}, { ChangeSetId: 7 }));
  // Long enough ago that no event of it is to be expected any more.
  putEnded(world.simulator, { name: 'Acme Lost 1.0', endMs: Date.now() - hourMs });
  const from = timeAgo(1);
  const check = { version: 1, account, from };
  const taskQueue = stewardTaskQueue;
  await workflow.execute(reconcileChangeSetsType, { workflowId: 'check-by-hand', taskQueue, args: [check] });
}
