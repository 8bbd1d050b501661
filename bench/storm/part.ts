import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pMap from 'p-map';
import type { Client } from '@temporalio/client';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { accountAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { startIngressProcess } from '../ingress/process.ts';
import { freshChangeSetId } from '../ingress/events.ts';
import type { BenchPlan } from '../options.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { startWorkerChild } from '../worker/child.ts';
import { putFailed, remediateOne } from '../worker/remediations.ts';
import { callsPerSubmit, firstLookUpMs, floorSecondsOf, submitsOf } from './figures.ts';
import type { StormCase, StormFigures } from './figures.ts';

const account = '111122223333';
const otherAccount = '444455556666';
/** Its change sets fail by their contents. */
const askingAccount = '777788889999';
/** AWS refuses it everything. */
const refusedAccount = '222211110000';
/** For so many change sets of the storm one of them fails. */
const stormForEachQuestion = 5;
/** Production's first back-off is a minute. */
const backOffMs = 1_000;
/** From accept to outcome at the simulated vendor. */
const changeSetTakesMs = 5_000;
/** Above every storm. */
const dailyCap = 10_000;
/** Events that the vendor posts at once. */
const deliveriesAtOnce = 32;
const checkEveryMs = 250;
/** When others fail meanwhile, as a part of the time that the storm takes at the least. */
const othersFailAt = 0.25;
const accepted = 202;
const notYetDone = ['diagnosing', 'awaitingOutcome', 'retrying', 'awaitingBlocker', 'abandoning'];

async function deliver(control: CatalogControl, changeSetId: string): Promise<void> {
  const { status, result } = await control.emit({ changeSetId });
  if (status !== accepted) throw new Error(`the ingress answered ${status ?? result} to the simulated vendor's event`);
}

async function countOf(client: Client, query: string): Promise<number> {
  return (await client.workflow.count(query)).count;
}

/** Puts so many change sets that have failed, of as many on each entity. */
function putStorm(control: CatalogControl, { changeSets, entities }: StormCase): string[] {
  return Array.from({ length: changeSets }, (_, index) => {
    const changeSetId = freshChangeSetId();
    putFailed(control, changeSetId, account, `prod-storm-${index % entities}`);
    return changeSetId;
  });
}

/** One more failure, of an account; gives the seconds from its event to the first look-up of its entity. */
async function firstCheckOf(stage: Stage, control: CatalogControl, whose: string): Promise<number> {
  const changeSetId = freshChangeSetId();
  putFailed(control, changeSetId, whose);
  const begunMs = Date.now();
  await deliver(control, changeSetId);
  for (;;) {
    const atMs = firstLookUpMs(control.log(), `prod-${changeSetId}`);
    if (atMs !== undefined) return (atMs - begunMs) / 1_000;
    await wait(checkEveryMs, undefined, { signal: stage.signal });
  }
}

/** A failure that AWS refuses to describe; gives the seconds from its event to the critical notice of it. */
async function criticalNoticeOf(stage: Stage, control: CatalogControl, receiver: Receiver): Promise<number> {
  const changeSetId = freshChangeSetId();
  putFailed(control, changeSetId, refusedAccount);
  const begunMs = Date.now();
  await deliver(control, changeSetId);
  const isIt = ({ body }: { readonly body: string }): boolean => {
    const { data } = JSON.parse(body) as { readonly data: { readonly account: string; readonly severity: string } };
    return data.account === refusedAccount && data.severity === 'critical';
  };
  while (!receiver.received.some(isIt)) await wait(checkEveryMs, undefined, { signal: stage.signal });
  return (Date.now() - begunMs) / 1_000;
}

async function measureCase(stage: Stage, storm: StormCase): Promise<StormFigures> {
  const name = `storm of ${storm.changeSets} on ${storm.entities} entities, ${storm.workers} worker(s)`;
  const simulator = await startCatalogSimulator({ seed: randomInt(2 ** 31) });
  const stopSimulator = stage.stops.add(() => simulator.close());
  const { control } = simulator;
  const receiver = await startReceiver();
  const stopReceiver = stage.stops.add(() => receiver.close());
  const everyAccount = [account, otherAccount, askingAccount, refusedAccount];
  const tenancy = await openTenancy(stage, `storm-${storm.changeSets}-${storm.entities}-${storm.workers}`, {
    marketplaceCatalog: simulator.url,
    notices: receiver.url,
    accounts: Object.fromEntries(everyAccount.map((id) => [id, { mode: 'auto', dailyCap }])),
    policies: { changeSet: { retryBackOffMs: [backOffMs] } },
  });
  const { url, credential } = tenancy.ingress;
  control.setEvents({ target: { url, headers: { [credential.header]: credential.value } } });
  control.plan({
    match: { nameContains: '+retry.' },
    outcomes: [{ status: 'SUCCEEDED', durationMs: changeSetTakesMs, event: 'sent' }],
  });
  const { stop: stopIngress } = await startIngressProcess(stage, tenancy);
  const workers = [];
  for (let index = 0; index < storm.workers; index += 1)
    workers.push(await startWorkerChild(stage, tenancy, 'steward'));
  // Each account has submitted something before, so that its permits are counted.
  for (const whose of [account, otherAccount]) {
    const changeSetId = freshChangeSetId();
    putFailed(control, changeSetId, whose);
    await remediateOne(control, tenancy.client, changeSetId);
  }
  const denied = { type: 'AccessDeniedException', status: 403, account: refusedAccount, times: 10_000 };
  control.addFault({ fault: 'error', operation: '*', ...denied });
  const before = control.log().length;
  const log = () => control.log().slice(before);
  const ids = putStorm(control, storm);
  const ofStorm = new Set(ids);
  const asking = Array.from({ length: Math.ceil(storm.changeSets / stormForEachQuestion) }, () => {
    const changeSetId = freshChangeSetId();
    const errors = [{ code: 'INVALID_INPUT', message: 'The title is too long.' }];
    putFailed(control, changeSetId, askingAccount, `prod-${changeSetId}`, errors);
    return changeSetId;
  });
  const floorSeconds = floorSecondsOf(storm);

  const begunMs = Date.now();
  const meanwhile = wait(floorSeconds * 1_000 * othersFailAt, undefined, { signal: stage.signal }).then(async () => {
    const [sameAccount, other, criticalNoticeSeconds] = await Promise.all([
      firstCheckOf(stage, control, account),
      firstCheckOf(stage, control, otherAccount),
      criticalNoticeOf(stage, control, receiver),
    ]);
    return { firstCheckSeconds: { sameAccount, otherAccount: other }, criticalNoticeSeconds };
  });
  await pMap([...ids, ...asking], (changeSetId) => deliver(control, changeSetId), { concurrency: deliveriesAtOnce });
  const open = `ExecutionStatus="Running" AND ${stateAttribute.name} IN (${notYetDone.map((state) => `"${state}"`).join(',')})`;
  const found = await meanwhile;
  for (;;) {
    stage.progress.at(name, submitsOf(log(), account).length, storm.changeSets);
    if ((await countOf(tenancy.client, `${open} AND ${accountAttribute.name}!="${refusedAccount}"`)) === 0) break;
    await wait(checkEveryMs, undefined, { signal: stage.signal });
  }
  const inAccount = submitsOf(log(), account);
  const submits = inAccount.filter(({ originId }) => ofStorm.has(originId));
  const submitted = new Set(submits.map(({ originId }) => originId)).size;
  const refusals = log().filter((entry) => entry.kind === 'refusal' && entry.status === 429);
  for (const worker of workers) await worker.stop();
  await stopIngress();
  await stopSimulator();
  await stopReceiver();
  return {
    ...storm,
    submitted,
    submittedTwice: submits.length - submitted,
    endedByTheirRow: storm.changeSets - submitted,
    seconds: (Math.max(...submits.map(({ atMs }) => atMs)) - begunMs) / 1_000,
    floorSeconds,
    callsPerSubmit: callsPerSubmit(log(), account, inAccount.length),
    throttled: refusals.length,
    notices: asking.length,
    ...found,
  };
}

/**
 * Measures how change sets of one account that fail at the same moment are submitted again, at the vendor's own quotas,
 * and how soon other failures are checked meanwhile.
 */
export async function measureStorms(stage: Stage, load: BenchPlan['storm']): Promise<readonly StormFigures[]> {
  const figures: StormFigures[] = [];
  for (const storm of load) figures.push(await measureCase(stage, storm));
  return figures;
}
