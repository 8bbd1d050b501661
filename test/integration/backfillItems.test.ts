import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { resetToStart } from '@marketplace-steward/demo/operating';
import { defined } from '../../src/defined.ts';
import { backfillItemsType, type BackfillStatus } from '../../src/workflows/backfillItems/contract.ts';
import { itemStatusQuery, itemWorkflowId } from '../../src/workflows/itemBuyability/contract.ts';
import { stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { buyableProducts } from '@marketplace-steward/testing/plannedProducts';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { interruptSteward, runSteward, answeredSteward, type Ended } from '@marketplace-steward/testing/steward';
import { itemHistory } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

const operator = ['--actor', 'ann', '--reason', 'checked it'];
const products = buyableProducts();
const misspelt = 'mershant-1';
let world: StewardWorld;
let folder: string;
let merchants = 0;
/** A merchant of its own for each test. */
let merchant: string;

beforeAll(async () => {
  world = await stewardWorld('real', { parts: () => ({ products, knowsMerchant: (id) => id !== misspelt }) });
  folder = mkdtempSync(join(tmpdir(), 'steward-backfill-'));
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});
beforeEach(() => {
  merchants += 1;
  merchant = `merchant-${merchants}`;
  world.notices.length = 0;
});

const there = (): string[] => ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
const steward = (words: readonly string[], input?: string): Promise<Ended> =>
  runSteward([...words, ...there()], { folder, ...defined({ input }) });
const backfill = (words: readonly string[], input?: string): Promise<Ended> => steward(['backfill', ...words], input);

interface Document {
  readonly parts: ReadonlyArray<{ readonly workflowId: string; readonly outcome: string; readonly progress?: object }>;
}
const documentOf = ({ stdout }: Ended): Document => JSON.parse(stdout) as Document;

function askedFor(...itemIds: readonly string[]): Array<number | undefined> {
  return itemIds.map((itemId) => products.asked.get(`${merchant}/${itemId}`));
}

async function untilBuyable(itemId: string): Promise<void> {
  const handle = world.temporal.client.workflow.getHandle(itemWorkflowId(merchant, itemId));
  await until(async () => ((await handle.query(itemStatusQuery)).state === 'BUYABLE' ? true : undefined));
}

/** Starts a backfill as the Web UI does: a type, a task queue, and one JSON object. */
async function startByHand(workflowId: string, input: object): Promise<BackfillStatus> {
  const handle = await world.temporal.client.workflow.start(backfillItemsType, {
    workflowId,
    taskQueue: stewardTaskQueue,
    args: [input],
  });
  return handle.result() as Promise<BackfillStatus>;
}

describe('a backfill that is started by hand with one object', () => {
  test('has each item asked for by its own workflow, sends one digest, and counts what was open', async () => {
    const input = { businessProductId: merchant, items: ['a', 'b', 'a', { businessProductId: merchant, itemId: 'c' }] };
    await expect(startByHand(`hand-${merchant}`, input)).resolves.toMatchObject({
      state: 'completed',
      given: 4,
      delivered: 3,
      alreadyOpen: 0,
      duplicates: 1,
      failed: 0,
      left: 0,
    });
    for (const itemId of ['a', 'b', 'c']) await untilBuyable(itemId);
    expect(askedFor('a', 'b', 'c')).toEqual([1, 1, 1]);
    expect(world.notices).toMatchObject([
      {
        workflowId: `hand-${merchant}`,
        account: merchant,
        kind: 'resolution',
        lines: ['4 given = 3 delivered (0 of them open before) + 0 failed + 1 given twice + 0 left.'],
      },
    ]);
    const { typedSearchAttributes } = await world.temporal.client.workflow.getHandle(`hand-${merchant}`).describe();
    expect(JSON.stringify(typedSearchAttributes)).toContain('completed');
    const shown = await answeredSteward(['show', `hand-${merchant}`, ...there()], { folder });
    expect(shown.stdout).toContain('completed');
    const stop = await steward(['stop', `hand-${merchant}`, ...operator]);
    expect(stop).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('has ended') as string });

    // Settled items are open for a day: they are asked for again, once for each backfill.
    await expect(startByHand(`hand-${merchant}-2`, input)).resolves.toMatchObject({ delivered: 3, alreadyOpen: 3 });
    await until(() => (askedFor('a', 'b', 'c').every((times) => times === 2) ? true : undefined));
    await expect(itemHistory(world.temporal.client, merchant, 'a')).resolves.toEqual({ rechecks: 2, queries: 2 });
  });
});

describe('a start by hand that is wrong', () => {
  const started = (workflowType: string, workflowId: string, state?: string) =>
    world.temporal.client.workflow.start(workflowType, {
      workflowId,
      taskQueue: stewardTaskQueue,
      args: [{ businessProductId: merchant, itemz: ['a'] }],
      ...(state !== undefined && {
        typedSearchAttributes: new TypedSearchAttributes([{ key: stateAttribute, value: state }]),
      }),
    });
  const causeOf = async (workflowId: string): Promise<unknown> =>
    world.temporal.client.workflow
      .getHandle(workflowId)
      .result()
      .then(
        () => undefined,
        (error: unknown) => (error instanceof WorkflowFailedError ? error.cause : error),
      );
  const detailsOf = async (workflowId: string): Promise<string> =>
    (
      await world.temporal.client.workflow
        .getHandle(workflowId)
        .query<{ currentDetails: string }>('__temporal_workflow_metadata')
    ).currentDetails;

  test('ends at once for a type that does not exist, and its details name all types', async () => {
    const workflowId = `misspelt-${merchant}`;
    await started('backfilItems', workflowId);
    const message = expect.stringMatching(
      /no workflow type "backfilItems"\. Start one of: .*backfillItems, /,
    ) as string;
    expect(await causeOf(workflowId)).toMatchObject({ type: 'InvalidInput', message });
    expect(await detailsOf(workflowId)).toContain('\n- backfillItems\n');
  });

  test('ends at once for a merchant that is not configured, and opens no workflow for its items', async () => {
    const workflowId = `unknown-${merchant}`;
    const input = { businessProductId: misspelt, items: ['a'] };
    await expect(startByHand(workflowId, input)).rejects.toThrow(WorkflowFailedError);
    const message = expect.stringContaining(`must be a merchant of the configuration, but "${misspelt}" is not there`);
    expect(await causeOf(workflowId)).toMatchObject({ type: 'InvalidInput', message });
    expect(await detailsOf(workflowId)).toContain(`add merchants.${misspelt}`);
    const said = await backfill(['items', '--merchant', misspelt, 'a']);
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain('is not there');
    const item = world.temporal.client.workflow.getHandle(itemWorkflowId(misspelt, 'a'));
    await expect(item.describe()).rejects.toThrow('not found');
  });

  test('its details name the wrong field, with a right input', async () => {
    const workflowId = `wrong-${merchant}`;
    await started(backfillItemsType, workflowId);
    expect(await causeOf(workflowId)).toMatchObject({ type: 'InvalidInput' });
    const details = await detailsOf(workflowId);
    expect(details).toMatch(/^\*\*The input cannot be used\.\*\* "items" must be a list of item ids/);
    expect(details).toContain('"businessProductId": ');
  });

  test('waits for another worker where delivery started it, as a newer version does', async () => {
    const workflowId = `newer-${merchant}`;
    const handle = await started('typeOfTheNextRelease', workflowId, 'open');
    await until(async () => {
      const { events = [] } = await handle.fetchHistory();
      return events?.some(({ workflowTaskFailedEventAttributes: failed }) =>
        failed?.failure?.message?.includes('no type typeOfTheNextRelease'),
      ) === true
        ? true
        : undefined;
    });
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.terminate('the test is over');
  });
});

test('a backfill that is reset to its beginning hands all over again, and no item is asked for twice', async () => {
  const workflowId = `reset-${merchant}`;
  const items = ['a', 'b'];
  await startByHand(workflowId, { businessProductId: merchant, items });
  for (const itemId of items) await untilBuyable(itemId);
  await resetToStart(world.temporal.client, workflowId);
  const status = (await world.temporal.client.workflow.getHandle(workflowId).result()) as BackfillStatus;
  expect(status).toMatchObject({ state: 'completed', delivered: 2, alreadyOpen: 2 });
  for (const itemId of items) {
    await expect(itemHistory(world.temporal.client, merchant, itemId)).resolves.toEqual({ rechecks: 2, queries: 1 });
  }
  // The digest goes out once more, as the same one.
  expect(new Set(world.notices.map(({ id }) => id)).size).toBe(1);
});

describe('steward backfill items', () => {
  test('delivers what the words name and ends with the numbers; the same list again does nothing', async () => {
    const words = ['items', '--merchant', merchant, 'a', 'b', 'a', '--json'];
    const ended = await backfill(words);
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      given: 3,
      duplicates: 1,
      badLines: [],
      ratePerSecond: 2,
      interrupted: false,
      parts: [
        {
          items: 2,
          outcome: 'started',
          running: false,
          progress: { state: 'completed', delivered: 2, failed: 0, left: 0 },
        },
      ],
    });
    const again = await backfill(words);
    expect(again.exitCode).toBe(0);
    expect(documentOf(again).parts).toMatchObject([{ outcome: 'alreadyEnded', progress: { delivered: 2 } }]);
    await until(() => (askedFor('a', 'b').every((times) => times === 1) ? true : undefined));

    const onceMore = await backfill([...words, '--again']);
    expect(documentOf(onceMore).parts).toMatchObject([{ outcome: 'started', progress: { alreadyOpen: 2 } }]);
    await until(() => (askedFor('a', 'b').every((times) => times === 2) ? true : undefined));
  });

  test('reads standard input, says what it would do, and starts nothing then', async () => {
    const csv = '\u{feff}ItemId;Title\r\n"a";"one; two"\r\nb;x\r\n';
    const planned = await backfill(['items', '--merchant', merchant, '--file', '-', '--dry-run'], csv);
    expect(planned).toMatchObject({ exitCode: 0, stderr: '' });
    expect(planned.stdout).toMatch(/^Dry run: nothing was started\. 2 items; 2 a second, about 1 s$/m);
    expect(planned.stdout).toContain(`merchant ${merchant}: 2 items`);
    expect(askedFor('a', 'b')).toEqual([undefined, undefined]);

    const ended = await backfill(['items', '--merchant', merchant, '--file', '-', '--rate', '50'], csv);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain('completed: 2 delivered (0 of them open before), 0 failed, 0 left');
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('\u001b');
    await until(() => (askedFor('a', 'b').every((times) => times === 1) ? true : undefined));
  });

  test('names the bad lines of a file and starts nothing, unless they are to be left out', async () => {
    writeFileSync(join(folder, 'items.csv'), `itemId,businessProductId\na,${merchant}\nb/c,${merchant}\nd,\n`);
    const refused = await backfill(['items', '--file', 'items.csv', '--json']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('line 3: itemId must be an item id');
    expect(refused.stderr).toContain('line 4: businessProductId is missing');
    expect(refused.stderr).toContain('Nothing was started.');
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { exitCode: 2 } });

    const ended = await backfill(['items', '--file', 'items.csv', '--skip-bad', '--json']);
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ badLines: [{ line: 3 }, { line: 4 }], parts: [{ items: 1 }] });
  });

  test('--no-wait returns at once; pause, resume and stop are taken from the terminal', async () => {
    const items = Array.from({ length: 60 }, (_, index) => `item-${index}`);
    const started = await backfill(['items', '--merchant', merchant, '--rate', '0.5', '--no-wait', '--json', ...items]);
    expect(started.exitCode).toBe(0);
    expect(documentOf(started).parts).toMatchObject([{ outcome: 'started', running: true }]);
    const id = documentOf(started).parts[0]?.workflowId ?? '';
    const shown = await answeredSteward(['show', id, '--json', ...there()], { folder });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      type: backfillItemsType,
      details: { given: 60, ratePerSecond: 0.5 },
      commands: ['pause', 'stop'].map((word) => expect.stringMatching(new RegExp(`^steward ${word} ${id} `)) as string),
    });

    const paused = await steward(['pause', id, ...operator, '--json']);
    expect(JSON.parse(paused.stdout)).toMatchObject({ command: 'pause', state: 'paused', changed: true });
    const repeated = await steward(['pause', id, ...operator, '--json']);
    expect(JSON.parse(repeated.stdout)).toEqual(JSON.parse(paused.stdout));
    const byBob = ['--actor', 'bob', '--reason', 'checked it too'];
    expect((await steward(['pause', id, ...byBob])).stdout).toContain('nothing changed');
    expect((await steward(['resume', id, ...operator])).stdout).toContain('state: delivering');
    const stopped = await steward(['stop', id, ...operator]);
    expect(stopped.exitCode).toBe(0);
    const status = (await world.temporal.client.workflow.getHandle(id).result()) as BackfillStatus;
    expect(status).toMatchObject({ state: 'stopped', audit: [{}, {}, { command: 'stop', actor: 'ann' }] });
    expect(status.delivered + status.left).toBe(60);

    expect(await steward(['stop', id, ...operator])).toEqual(stopped);
    const late = await steward(['stop', id, ...byBob]);
    expect(late).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('has ended') });
    const wrong = await steward(['stop', itemWorkflowId(merchant, 'item-0'), ...operator]);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is of type itemBuyability') });
  });

  test('Ctrl-C ends the waiting with 130, leaves the backfill running and says how to check, pause and stop', async () => {
    const items = Array.from({ length: 60 }, (_, index) => `item-${index}`);
    const words = ['backfill', 'items', '--merchant', merchant, '--rate', '0.5', ...items, ...there()];
    const { exitCode, stdout } = await interruptSteward(words, { folder }, 'of 60 items');
    expect(exitCode).toBe(130);
    const id = /backfill-items:[0-9a-f]{16}/.exec(stdout)?.[0] ?? '';
    for (const line of [': steward show', ': steward pause', ': steward stop']) {
      expect(stdout).toContain(`${line} ${id}`);
    }
    const handle = world.temporal.client.workflow.getHandle(id);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    expect((await steward(['stop', id, ...operator])).exitCode).toBe(0);
    await expect(handle.result()).resolves.toMatchObject({ state: 'stopped' });
  });
});
