import { MockActivityEnvironment } from '@temporalio/testing';
import { createBackfillChangeSetsActivities } from '../../../src/activities/backfillChangeSets/index.ts';
import { failure } from '../../../src/failures.ts';
import type { Ownership } from '../../../src/delivery/listedChangeSets.ts';
import {
  cursorAt,
  type BackfillChangeSetsActivities,
  type Cursor,
  type DeliveredPart,
  type FoundPart,
} from '../../../src/workflows/backfillChangeSets/contract.ts';
import { putListed, timeAgo } from '@marketplace-steward/testing/changeSetWorld';
import { account, catalog as catalogName } from '@marketplace-steward/testing/changeSets';
import { simulated, type Simulated } from '../simulated.ts';

const scope = { account, catalog: catalogName };
const foundBy = { backfillId: 'backfill-1', act: 'propose' } as const;

/** Workflows by id, each with what opened it: what Temporal would say. */
interface Known {
  readonly backfillId?: string;
  readonly changeSetId?: string;
}

let world: Simulated;
let activities: BackfillChangeSetsActivities;
let workflows: Map<string, Known>;
/** What was delivered, in order. */
let delivered: string[];
/** Thrown at the delivery of these. */
let refusals: Map<string, Error>;
let openNow: number;
let mostOpen: number;
/** How many lineages the next checks admit; then there are plenty. */
let admissions: number[];
/** Called before each delivery. */
let beforeDelivery: (changeSetId: string) => void;

beforeAll(async () => {
  world = await simulated();
  activities = createBackfillChangeSetsActivities({
    catalog: world.catalog,
    lineages: { remainingFor: () => Promise.resolve(admissions.shift() ?? 100) },
    context: { accounts: { [account]: { catalogs: [catalogName] } } },
    changeSets: {
      async ownershipOf(_scope, { changeSetId }): Promise<Ownership> {
        const known = workflows.get(changeSetId);
        if (known === undefined) return { owned: false };
        const opener = known.backfillId === undefined ? {} : { foundBy: known.backfillId };
        return { owned: true, workflowId: changeSetId, ...opener };
      },
      async deliver(_scope, { changeSetId }, by) {
        openNow += 1;
        mostOpen = Math.max(mostOpen, openNow);
        await Promise.resolve();
        openNow -= 1;
        beforeDelivery(changeSetId);
        const refused = refusals.get(changeSetId);
        if (refused !== undefined) throw refused;
        delivered.push(changeSetId);
        if (!workflows.has(changeSetId)) {
          workflows.set(changeSetId, { changeSetId, ...(by === undefined ? {} : { backfillId: by.backfillId }) });
        }
        return changeSetId;
      },
      async openingOf(workflowId) {
        const { backfillId, changeSetId } = workflows.get(workflowId) ?? {};
        return backfillId === undefined || changeSetId === undefined ? undefined : { backfillId, changeSetId };
      },
    },
  });
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  workflows = new Map();
  delivered = [];
  refusals = new Map();
  openNow = 0;
  mostOpen = 0;
  admissions = [];
  beforeDelivery = () => undefined;
});

const range = () => ({ ...scope, statuses: ['FAILED'] as const, to: timeAgo(0) });
const from = timeAgo(50);
const failedOnes = (count: number): readonly string[] =>
  putListed(world.simulator, { prefix: 'cs-', count, status: 'FAILED', daysAgo: 30 });

interface Try {
  readonly environment: MockActivityEnvironment;
  readonly beats: unknown[];
}

function tryWith(heartbeatDetails?: unknown): Try {
  const environment = new MockActivityEnvironment(heartbeatDetails === undefined ? {} : { heartbeatDetails });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(JSON.parse(JSON.stringify(details ?? null))));
  return { environment, beats };
}

async function find(one: Try, countsKnown: boolean, cursor: Cursor = cursorAt(from)): Promise<FoundPart> {
  const batch = { range: range(), cursor, countsKnown };
  return (await one.environment.run(() => activities.findChangeSets(batch))) as FoundPart;
}

async function deliver(one: Try, cursor: Cursor = cursorAt(from), most = 200): Promise<DeliveredPart> {
  const batch = { range: range(), foundBy, most, from: { cursor } };
  return (await one.environment.run(() => activities.deliverChangeSets(batch))) as DeliveredPart;
}

describe('finding', () => {
  test('counts every page, and asks Temporal nothing where it need not', async () => {
    failedOnes(45);
    putListed(world.simulator, { prefix: 'ok-', count: 5, status: 'SUCCEEDED', daysAgo: 20 });
    const found = await find(tryWith(), false);
    expect(found).toMatchObject({ found: 45, known: 0, cursor: { ended: true } });
  });

  test('a dry run counts the known ones apart, with the first unknown ids', async () => {
    const ids = failedOnes(45);
    for (const id of ids.slice(0, 30)) workflows.set(id, {});
    const found = await find(tryWith(), true);
    expect(found).toMatchObject({ found: 45, known: 30, sample: ids.slice(30, 35) });
    expect(delivered).toEqual([]);
  });

  test('reads ten pages at most, and goes on from there', async () => {
    failedOnes(230);
    const first = await find(tryWith(), false);
    expect(first).toMatchObject({ found: 200, cursor: { ended: false } });
    expect(await find(tryWith(), false, first.cursor)).toMatchObject({ found: 30, cursor: { ended: true } });
  });

  test('an attempt after a dead one starts where the last heartbeat stood', async () => {
    failedOnes(65);
    const cut = tryWith();
    await find(cut, false);
    const second = await find(tryWith(cut.beats[3]), false);
    expect(second).toMatchObject({ found: 65, cursor: { ended: true } });
    expect(world.simulator.control.log({ operation: 'ListChangeSets', kind: 'call' })).toHaveLength(4 + 2);
  });

  test('a denied account is thrown to the server, which repeats it; what was counted before is not lost', async () => {
    failedOnes(45);
    const deny = (times: number): void =>
      world.simulator.control.addFault({
        fault: 'error',
        operation: 'ListChangeSets',
        type: 'AccessDeniedException',
        status: 403,
        times,
      });
    deny(1);
    await expect(find(tryWith(), false)).rejects.toMatchObject({ type: 'AccessDenied', nonRetryable: false });
    const cut = tryWith();
    await find(cut, false);
    deny(1);
    // The heartbeat of a dead try is what it had: it is given, and the next activity meets the refusal.
    const kept = await find(tryWith(cut.beats[0]), false);
    expect(kept).toMatchObject({ found: 20, cursor: { ended: false } });
  });

  test('an account or catalog that is not configured is named; one that was taken away is waited for', async () => {
    await expect(activities.scopeProblem(scope)).resolves.toBeNull();
    await expect(activities.scopeProblem({ account: '999999999999', catalog: catalogName })).resolves.toContain(
      '"account" must be one of the configuration, but 999999999999 is not there',
    );
    await expect(activities.scopeProblem({ account, catalog: 'Other' })).resolves.toContain(
      `"catalog" must be one that account ${account} is configured for (AWSMarketplace), but it is "Other"`,
    );
    const elsewhere = { range: { ...range(), catalog: 'Other' }, cursor: cursorAt(from), countsKnown: false };
    await expect(tryWith().environment.run(() => activities.findChangeSets(elsewhere))).rejects.toMatchObject({
      type: 'NotConfigured',
      nonRetryable: false,
    });
  });
});

describe('a page token that is refused', () => {
  test('the listing begins again at what was read last, and counts nothing twice', async () => {
    failedOnes(65);
    const first = tryWith();
    await find(first, false);
    const { cursor } = first.beats[3] as { cursor: Cursor };
    expect(cursor.token).toBeDefined();
    const spoiled = { ...cursor, token: Buffer.from('["other","x","y"]').toString('base64url') };
    const rest = await find(tryWith(), false, spoiled);
    expect(rest).toMatchObject({ found: 25, cursor: { ended: true } });
  });

  test('one that is refused where the listing began is a failure: it would go round indefinitely', async () => {
    const spoiled = { ...cursorAt(from), token: 'spoiled' };
    await expect(find(tryWith(), false, spoiled)).rejects.toMatchObject({
      type: 'RequestRejected',
      nonRetryable: true,
    });
  });
});

/** So many ids of workflows, each once. */
const countOf = (count: number): unknown => ({
  asymmetricMatch: (ids: unknown) => Array.isArray(ids) && ids.length === count && new Set(ids).size === count,
});

describe('delivering', () => {
  test('each unknown one is delivered once, ten at a time at most, the known ones are counted', async () => {
    const ids = failedOnes(45);
    for (const id of ids.slice(0, 5)) workflows.set(id, { backfillId: 'an earlier one', changeSetId: id });
    const part = await deliver(tryWith());
    expect(part).toMatchObject({
      done: 45,
      known: 5,
      started: countOf(40),
      undelivered: [],
      undeliverable: [],
      cursor: { ended: true },
    });
    expect(delivered.toSorted()).toEqual(ids.slice(5));
    expect(mostOpen).toBe(10);
  });

  test('starts no more than it may, and goes on in the middle of the page', async () => {
    const ids = failedOnes(45);
    const first = await deliver(tryWith(), cursorAt(from), 13);
    expect(first).toMatchObject({ started: countOf(13), cursor: { ended: false } });
    const second = await deliver(tryWith(), first.cursor);
    expect(second).toMatchObject({ started: countOf(32), cursor: { ended: true } });
    expect(delivered.toSorted()).toEqual(ids);
  });

  test('killed after a delivery without a heartbeat: the next attempt counts it as started, and does not deliver it again', async () => {
    const ids = failedOnes(45);
    const killed = tryWith();
    await deliver(killed);
    const beforeThePageEnded = killed.beats[0] as { started: readonly string[] };
    expect(beforeThePageEnded.started).toHaveLength(10);
    const again = await deliver(tryWith(beforeThePageEnded));
    expect(again).toMatchObject({ done: 45, known: 0, started: countOf(45), cursor: { ended: true } });
    expect(delivered.toSorted()).toEqual(ids);
    // Without any heartbeat at all it is the same.
    expect(await deliver(tryWith())).toMatchObject({ known: 0, started: countOf(45) });
    expect(delivered).toHaveLength(45);
  });

  test('an event that comes between the check and the delivery has opened it: known, not started', async () => {
    const ids = failedOnes(3);
    beforeDelivery = (changeSetId) => {
      if (changeSetId === ids[1]) workflows.set(changeSetId, {});
    };
    expect(await deliver(tryWith())).toMatchObject({ known: 1, started: countOf(2) });
  });

  test('a change set whose lineage this backfill opened by another one is known', async () => {
    const [origin = '', successor = ''] = failedOnes(2);
    workflows.set(successor, { backfillId: foundBy.backfillId, changeSetId: origin });
    expect(await deliver(tryWith())).toMatchObject({ known: 1, started: countOf(1) });
    expect(delivered).toEqual([origin]);
  });

  test('an undelivered row does not hold up the others; an undeliverable one is listed apart', async () => {
    const [first = '', second = ''] = failedOnes(25);
    refusals.set(first, failure('Unreachable', 'not now'));
    refusals.set(second, failure('RequestRejected', 'never'));
    const part = await deliver(tryWith());
    expect(part).toMatchObject({ done: 25, started: countOf(23), cursor: { ended: true } });
    expect(part.undelivered).toMatchObject([{ row: { changeSetId: first, status: 'FAILED' }, reason: 'not now' }]);
    expect(part.undeliverable).toMatchObject([{ row: { changeSetId: second }, reason: 'never' }]);

    refusals.delete(first);
    const rows = part.undelivered.map(({ row }) => row);
    const batch = { range: range(), foundBy, most: 200, from: { rows } };
    const again = await tryWith().environment.run(() => activities.deliverChangeSets(batch));
    expect(again).toEqual({ done: 1, known: 0, started: countOf(1), undelivered: [], undeliverable: [] });
  });

  test('rows of a further pass go on where the last heartbeat stood, and no further than the most', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({ changeSetId: `row-${index}`, status: 'FAILED' }));
    const batch = { range: range(), foundBy, most: 15, from: { rows } };
    const before = { done: 20, known: 20, started: [], undelivered: [], undeliverable: [] };
    const part = await tryWith(before).environment.run(() => activities.deliverChangeSets(batch));
    expect(part).toMatchObject({ done: 30, known: 20, started: countOf(10) });
    expect(delivered).not.toContain('row-19');
    const bounded = await tryWith().environment.run(() => activities.deliverChangeSets({ ...batch, most: 3 }));
    expect(bounded).toMatchObject({ done: 3, started: countOf(3) });
  });

  test('no more is delivered than the admission limit allows, and nothing while it is reached', async () => {
    failedOnes(5);
    admissions = [0, 0, 3, 0, 1];
    const deliveredAt: number[] = [];
    beforeDelivery = () => void deliveredAt.push(admissions.length);
    expect(await deliver(tryWith())).toMatchObject({ started: countOf(5) });
    expect(deliveredAt).toEqual([2, 2, 2, 0, 0]);
  });

  test('a cancelled attempt ends where it is and gives what it has counted', async () => {
    failedOnes(45);
    const one = tryWith();
    beforeDelivery = (changeSetId) => {
      if (changeSetId.endsWith('19')) one.environment.cancel();
    };
    const part = await deliver(one);
    expect(part).toMatchObject({ done: 20, started: countOf(20), cursor: { ended: false } });
    expect(delivered).toHaveLength(20);
  });

  test('a progress is small, however many there are: beside a place it holds the ids of what was started', async () => {
    failedOnes(200);
    const { environment, beats } = tryWith();
    const part = await environment.run(() =>
      activities.deliverChangeSets({
        range: range(),
        foundBy,
        most: 200,
        from: { cursor: cursorAt(from) },
      }),
    );
    const sizes = [part, ...beats].map((one) => JSON.stringify({ ...(one as DeliveredPart), started: [] }).length);
    expect(Math.max(...sizes)).toBeLessThan(2_000);
  });
});
