import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import {
  accountHealthStatusQuery,
  accountHealthType,
  merchantHealthWorkflowId,
} from '../../src/workflows/accountHealth/contract.ts';
import { itemStatusQuery, itemWorkflowId } from '../../src/workflows/itemBuyability/contract.ts';
import { attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { plannedProducts } from '@marketplace-steward/testing/plannedProducts';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { history } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const itemCount = 3;
/** The window of a question, shorter than it is in life. */
const queryWithinMs = 6 * hourMs;

describe('a merchant whose items may not be asked for, as time passes', () => {
  let world: SkippingWorld;
  const products = plannedProducts();
  let merchant = '';
  let items: WorkflowHandle[] = [];

  beforeAll(async () => {
    world = await stewardWorld('skipping', {
      policies: { itemBuyability: { queryWithinMs } },
      parts: () => ({ products }),
    });
  }, 120_000);
  afterAll(() => world.close(), 60_000);
  beforeEach(() => {
    world.reset();
    products.answers = [];
    merchant = `merchant-${randomUUID()}`;
    items = [];
  });

  const handleOf = (workflowId: string): WorkflowHandle => world.environment.client.workflow.getHandle(workflowId);
  const alarm = (): WorkflowHandle => handleOf(merchantHealthWorkflowId(merchant));
  const sent = (): string[] =>
    world.notices.map(({ workflowId, kind, severity }) => `${workflowId} ${kind} ${severity}`);
  const asked = (): number =>
    world.attempts.filter((name) => name === 'awaitProduct' || name === 'queryProduct').length;

  /** An event without data arrives for every item. */
  async function itemsArrive(): Promise<void> {
    for (let number = 0; number < itemCount; number += 1) {
      const itemId = `item-${number}`;
      const key = randomUUID();
      const body = {
        idempotencyKey: key,
        eventDescriptor: 'BUYABILITY_CHANGED',
        resources: [`businessProduct/${merchant}/items/${itemId}`],
        eventId: key,
        eventTime: new Date(await world.environment.currentTimeMs()).toISOString(),
      };
      expect(await world.receive(body, 'webhook')).toMatchObject({ outcome: 'delivered' });
      items.push(handleOf(itemWorkflowId(merchant, itemId)));
    }
  }

  async function attributes(handle: WorkflowHandle): Promise<unknown> {
    const { typedSearchAttributes } = await handle.describe();
    return [stateAttribute, attentionAttribute].map((key) => typedSearchAttributes.get(key));
  }

  const lengths = (): Promise<number[]> => Promise.all(items.map(async (handle) => (await history(handle)).length));

  test('there is one alarm that names the permission, however many items and days; then all go on', async () => {
    products.answers = [{ fails: 'AccessDenied' }];
    await itemsArrive();
    await until(async () => {
      const states = await Promise.all(items.map((handle) => handle.query(itemStatusQuery)));
      return states.every(({ state }) => state === 'awaitingAccess') && world.notices.length > 0;
    });
    expect(world.notices).toMatchObject([
      {
        workflowId: `merchant:${merchant}`,
        account: merchant,
        kind: 'opening',
        severity: 'critical',
        nextStep: `Give the API client of merchant ${merchant} the permission “View & Edit Catalog Data” in Buy with Prime. No restart is needed.`,
      },
    ]);
    expect(await attributes(alarm())).toEqual(['refused', true]);
    await world.environment.sleep(2 * hourMs);
    const [during, attemptsBefore] = [await lengths(), asked()];
    // Longer than the window, which does not run meanwhile.
    const passes = 10;
    for (let hour = 0; hour < passes; hour += 1) await world.environment.sleep(hourMs);
    const attempts = (asked() - attemptsBefore) / itemCount;
    // At most every 15 minutes, and so about four times an hour.
    expect(attempts).toBeGreaterThan(passes * 3);
    expect(attempts).toBeLessThanOrEqual(passes * 4 + 1);
    expect(await lengths()).toEqual(during);
    for (const handle of items) {
      expect(await handle.query(itemStatusQuery)).toMatchObject({
        state: 'awaitingAccess',
        nextStep: expect.stringContaining(`merchant:${merchant}`),
      });
      expect(await attributes(handle)).toEqual(['awaitingAccess', false]);
    }
    expect(sent()).toEqual([`merchant:${merchant} opening critical`]);

    products.answers = [{ buyabilityStatus: 'BUYABLE' }];
    for (const handle of items) expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
    expect(await alarm().result()).toMatchObject({ state: 'recovered', missing: [{ refusals: expect.any(Number) }] });
    expect(sent()).toEqual([`merchant:${merchant} opening critical`, `merchant:${merchant} resolution information`]);
    expect(await attributes(alarm())).toEqual(['recovered', false]);
  }, 180_000);

  test('a product that is not found once it may be asked for has its whole window', async () => {
    products.answers = [{ fails: 'CredentialsRejected' }];
    await itemsArrive();
    await until(() => world.notices.length === 1);
    expect(world.notices[0]?.nextStep).toContain('Renew the client id and secret');
    await world.environment.sleep(queryWithinMs - hourMs);
    products.answers = ['notFound'];
    const [first] = items;
    const givenMs = await world.environment.currentTimeMs();
    const isInvalid = async (): Promise<boolean> => (await first?.query(itemStatusQuery))?.state === 'INVALID_PRODUCT';
    while (!(await isInvalid())) await world.environment.sleep(hourMs);
    expect(await world.environment.currentTimeMs()).toBeGreaterThanOrEqual(givenMs + queryWithinMs);
  }, 180_000);

  test('started by hand it checks once, and an input that names nobody fails with the field’s name', async () => {
    products.answers = ['notFound'];
    const start = (input: object): Promise<WorkflowHandle> =>
      world.environment.client.workflow.start(accountHealthType, {
        workflowId: merchantHealthWorkflowId(merchant),
        taskQueue: stewardTaskQueue,
        args: [input],
      });
    const started = await start({ version: 1, businessProductId: merchant });
    await until(() => world.attempts.includes('checkMerchant'));
    expect(await started.result()).toMatchObject({ state: 'recovered', account: merchant, missing: [] });
    expect(await started.query(accountHealthStatusQuery)).toMatchObject({ state: 'recovered' });
    expect(world.notices).toEqual([]);
    const nameless = await start({ version: 1, businessProductId: '' });
    await expect(nameless.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('businessProductId') },
    });
  });
});
