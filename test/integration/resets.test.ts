import type { WorkflowHandle } from '@temporalio/client';
import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { resetPoints, resetTo, sharedIdentities } from '@marketplace-steward/testing/resets';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { changeSetStatusQuery, type ChangeSetStatus } from '../../src/workflows/changeSetRemediation/contract.ts';
import { submitPermitsType } from '../../src/workflows/submitPermits/contract.ts';
import { createDice } from '../workflows/changeSetRemediation/model/dice.ts';

/** Every point of every lineage, in place of a sample that the seed draws. */
const all = process.env['STEWARD_ALL_RESETS'] !== undefined;
const seed = Number(process.env['STEWARD_RESETS_SEED'] ?? 1_789);
const sampled = 3;
/** How long a lineage takes at most on a busy machine, in milliseconds: AWS is asked again every second. */
const restsWithinMs = 60_000;

let world: StewardWorld;
let events: Receiver;
beforeAll(async () => {
  world = await changeSetWorld();
  events = await startReceiver(({ body }) => {
    void world.receive(JSON.parse(body) as object);
    return 200;
  });
  world.simulator.control.setEvents({ target: { url: `${events.url}/events` } });
}, 60_000);
afterAll(async () => {
  await world.close();
  await events.close();
});

const { handleOf, submits } = lineagesOf(() => world);
const operator = { actor: 'ann', reason: 'checked it' };

type Failed = NonNullable<Parameters<typeof failedChangeSet>[1]>;
interface Lineage {
  readonly name: string;
  readonly origin: Failed;
  /** How its successors end, the first first. */
  readonly successors: ReadonlyArray<'SUCCEEDED' | 'CANCELLED' | 'SERVER_FAULT' | 'CLIENT_ERROR'>;
  /** How often an operator who is asked retries. */
  readonly retries?: number;
  readonly end: string;
}

const wrong = [{ code: 'INVALID_INPUT', message: 'A field is wrong.' }];
const asking: Failed = { failureCode: 'CLIENT_ERROR', errors: wrong };
const lineages: readonly Lineage[] = [
  {
    name: 'retried three times',
    origin: {},
    successors: ['SERVER_FAULT', 'SERVER_FAULT', 'SUCCEEDED'],
    end: 'remediated',
  },
  {
    name: 'a create, retried by an operator, twice',
    origin: { ...asking, changeType: 'CreateProduct' },
    successors: ['CLIENT_ERROR', 'SUCCEEDED'],
    retries: 2,
    end: 'remediated',
  },
  {
    name: 'retried by an operator, twice',
    origin: asking,
    successors: ['CLIENT_ERROR', 'SUCCEEDED'],
    retries: 2,
    end: 'remediated',
  },
  {
    name: 'retried, then a question',
    origin: {},
    successors: ['SERVER_FAULT', 'CLIENT_ERROR'],
    end: 'awaitingDecision',
  },
  { name: 'a question from the start', origin: asking, successors: [], end: 'awaitingDecision' },
  { name: 'cancelled in the console', origin: {}, successors: ['CANCELLED'], end: 'cancelled' },
];

const statusOf = (handle: WorkflowHandle): Promise<ChangeSetStatus> => handle.query(changeSetStatusQuery);

/** The state with all change sets and their outcomes: what a reset must come to again. */
function restOf({ state, members }: ChangeSetStatus): string {
  return JSON.stringify([state, members]);
}

/** Waits until the lineage has come to this. */
async function comesTo(handle: WorkflowHandle, state: string, attempt: number): Promise<void> {
  const come = until(async () => {
    const status = await statusOf(handle);
    return status.state === state && status.attempt === attempt;
  }, restsWithinMs);
  await come.catch(async (error: unknown) => {
    throw new Error(`${JSON.stringify(await statusOf(handle))}`, { cause: error });
  });
}

async function play({ origin, successors, retries = 0, end }: Lineage): Promise<WorkflowHandle> {
  const { changeSetId, event } = failedChangeSet(world, origin);
  const outcomes = successors.map((ending) =>
    ending === 'SUCCEEDED' || ending === 'CANCELLED'
      ? { status: ending, durationMs: 50 }
      : { status: 'FAILED' as const, failureCode: ending, durationMs: 50 },
  );
  if (outcomes.length > 0) world.simulator.control.plan({ match: { nameContains: changeSetId }, outcomes });
  await world.receive(event);
  const handle = handleOf(changeSetId);
  for (let retry = 0; retry < retries; retry += 1) {
    await comesTo(handle, 'awaitingDecision', retry);
    await handle.executeUpdate('retry', { args: [operator] });
  }
  await comesTo(handle, end, successors.length);
  return handle;
}

/** The workflows that were opened, but for the account's permits, which every submit asks. */
const started = async (): Promise<readonly string[]> => {
  const ids = new Set<string>();
  const query = `WorkflowType != "${submitPermitsType}"`;
  for await (const { workflowId } of world.client.workflow.list({ query })) ids.add(workflowId);
  return [...ids].sort();
};

test('a lineage that is reset anywhere comes to the same end, submits nothing more, and opens nothing', async () => {
  const played = await Promise.all(lineages.map(async (lineage) => ({ lineage, handle: await play(lineage) })));
  const opened = played.map(({ handle }) => handle.workflowId).sort();
  await until(async () => (await started()).length === opened.length);
  const sent = submits();
  const dice = createDice(seed);
  const wrongEnds: string[] = [];
  await Promise.all(
    played.map(async ({ lineage, handle }) => {
      const { runId } = await handle.describe();
      const rest = restOf(await statusOf(handle));
      const points = await resetPoints(handle);
      const chosen = all ? points : points.filter(() => dice.chance(sampled / points.length));
      for (const point of chosen) {
        await resetTo(world.client, { workflowId: handle.workflowId, runId }, point);
        const come = until(async () => restOf(await statusOf(handle)) === rest, restsWithinMs);
        await come.catch(async () => {
          const { state, attempt, nextStep } = await statusOf(handle);
          wrongEnds.push(`${lineage.name}, reset to ${String(point)}: ${state}, attempt ${attempt}: ${nextStep}`);
        });
      }
    }),
  );
  expect(wrongEnds).toEqual([]);
  expect(submits()).toEqual(sent);
  expect(await started()).toEqual(opened);
  expect(sharedIdentities(world.notices)).toEqual([]);
}, 600_000);
