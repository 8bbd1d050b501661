import { setTimeout as wait } from 'node:timers/promises';
import pMap from 'p-map';
import type { Client } from '@temporalio/client';
import { resetPoints, resetTo, type ResetPoint } from '@marketplace-steward/testing/resets';
import { noticeDigestType } from '../../../src/workflows/noticeDigest/contract.ts';
import { reconcileChangeSetsType } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import { submitPermitsType } from '../../../src/workflows/submitPermits/contract.ts';
import type { Observation, Observer } from './observe.ts';
import { isDone, resultOf, type Progress } from './report.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Stage } from './stage.ts';

/** A workflow at rest, and the way to see whether a reset has brought it back there. */
interface Rested {
  readonly name: string;
  readonly run: Pick<Observation, 'workflowId' | 'runId'>;
  /** What it has come to, where that is not what it was. */
  readonly missed: () => Promise<string | undefined>;
}

/** What is reset, and how long a workflow gets to come to its state again. */
export interface ResetOptions {
  readonly client: Client;
  readonly observer: Observer;
  readonly stage: Stage;
  readonly scenarios: readonly Scenario[];
  /** Workflows beside those of the scenarios. */
  readonly others: readonly string[];
  /** Takes the points of a workflow that are tried. */
  readonly choose: (points: readonly ResetPoint[]) => readonly ResetPoint[];
  readonly comesBackWithinMs: number;
  readonly say: (line: string) => void;
}

const checkEveryMs = 150;
/** So many workflows are under way at once. */
const atOnce = 6;

/** What comes and goes with traffic: permits, digests of many notices, and the checks that a schedule begins. */
const ofTraffic: readonly string[] = [submitPermitsType, noticeDigestType, reconcileChangeSetsType];

/** The types of the workflows that are open or were, by id. */
export async function openedWorkflows(client: Client): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for await (const { workflowId, type } of client.workflow.list()) types.set(workflowId, type);
  return types;
}

/** What was opened beside those of before, but for what comes and goes with traffic. */
export async function openedSince(client: Client, before: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const now = await openedWorkflows(client);
  return [...now].flatMap(([id, type]) => (before.has(id) || ofTraffic.includes(type) ? [] : [id]));
}

/** The change sets that a lineage says are its own, with how they ended. */
function membersOf(observation: Observation | undefined): string {
  return JSON.stringify(observation?.status['members'] ?? []);
}

async function restedScenario(scenario: Scenario, stage: Stage): Promise<Rested> {
  const { observation } = await stage.checkOne(scenario);
  if (observation === undefined) throw new Error(`${scenario.name}: there is no workflow`);
  const { workflowId, runId } = observation;
  return {
    name: scenario.name,
    run: { workflowId, runId },
    missed: async () => {
      const progress: Progress = { ...(await stage.checkOne(scenario)), played: true };
      const members = membersOf(progress.observation);
      if (members !== membersOf(observation)) return `its change sets are ${members}, not ${membersOf(observation)}`;
      const ends = [scenario.expected, ...(scenario.afterReset ?? [])];
      const isBack = ends.some((expected) => isDone({ ...progress, scenario: { ...scenario, expected } }));
      if (isBack) return undefined;
      const { expected, actual } = resultOf(progress, Date.now());
      return `expected ${expected}; it is ${actual}: ${progress.observation?.nextStep ?? 'nothing more'}`;
    },
  };
}

/** Of a workflow that no scenario is about: whether it is open, its state, and its numbers, which permits have. */
function restOf(observation: Observation | undefined): string {
  const { running, status = {} } = observation ?? {};
  const numbers = Object.entries(status).filter(([, value]) => typeof value === 'number');
  return JSON.stringify([running, status['state'], Object.fromEntries(numbers), membersOf(observation)]);
}

async function restedOther(workflowId: string, observer: Observer): Promise<Rested> {
  const before = await observer.check(workflowId);
  if (before === undefined) throw new Error(`there is no ${workflowId}`);
  const expected = restOf(before);
  return {
    name: workflowId,
    run: { workflowId, runId: before.runId },
    missed: async () => {
      const actual = restOf(await observer.check(workflowId));
      return actual === expected ? undefined : `expected ${expected}; it is ${actual}`;
    },
  };
}

/** Waits until the run after a reset has nothing to do and has come to its state; what it has come to, where it does not. */
async function untilBack({ run, missed }: Rested, { client, comesBackWithinMs }: ResetOptions) {
  const untilMs = performance.now() + comesBackWithinMs;
  let length = -1;

  async function missedNow(): Promise<string | undefined> {
    const { historyLength, raw } = await client.workflow.getHandle(run.workflowId).describe();
    const isQuiet = historyLength === length && (raw.pendingWorkflowTask ?? undefined) === undefined;
    length = historyLength;
    return isQuiet ? missed() : 'its workflow has not come to rest';
  }

  for (;;) {
    await wait(checkEveryMs);
    // On a busy machine a server may take too long to answer once.
    const found = await missedNow().catch((error: unknown) => String(error));
    if (found === undefined || performance.now() > untilMs) return found;
  }
}

/**
 * Resets each workflow, which has come to its state, to each of its chosen points, one after another.
 * @returns a sentence for each reset after which it did not come to its state again.
 */
export async function resetEach(options: ResetOptions): Promise<readonly string[]> {
  const { scenarios, others, client, stage, observer, choose, say } = options;
  const rested = await pMap(
    [
      ...scenarios.map((scenario) => () => restedScenario(scenario, stage)),
      ...others.map((workflowId) => () => restedOther(workflowId, observer)),
    ],
    async (rest) => {
      const found = await rest();
      const { workflowId, runId } = found.run;
      return { ...found, points: choose(await resetPoints(client.workflow.getHandle(workflowId, runId))) };
    },
    { concurrency: atOnce },
  );
  const total = rested.reduce((sum, { points }) => sum + points.length, 0);
  const wrong: string[] = [];
  let done = 0;
  await pMap(
    rested,
    async (one) => {
      for (const point of one.points) {
        await resetTo(client, one.run, point);
        const found = await untilBack(one, options);
        const what = `${one.name}, reset to ${String(point)}${found === undefined ? '' : `: ${found}`}`;
        if (found !== undefined) wrong.push(what);
        done += 1;
        say(`${done} of ${total} resets: ${what}`);
      }
    },
    { concurrency: atOnce },
  );
  return wrong;
}
