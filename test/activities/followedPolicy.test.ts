import { MockActivityEnvironment } from '@temporalio/testing';
import { createAccountActivities, createMerchantActivities } from '../../src/activities/accountHealth/index.ts';
import { createFailingTasksActivities } from '../../src/activities/failingTasks/index.ts';
import { createItemActivities } from '../../src/activities/itemBuyability/index.ts';
import { createOfferActivities } from '../../src/activities/offerWatch/index.ts';
import type { Policies } from '../../src/config/policySchema.ts';
import { failure } from '../../src/failures.ts';
import { configuredPolicy } from '../../src/policies/configured.ts';
import {
  accountHealthDefaults,
  failingTasksDefaults,
  itemBuyabilityDefaults,
  offerDefaults,
} from '../../src/policies/defaults.ts';
import { ago, simulated, type Simulated } from './simulated.ts';

const account = '123456789012';
const scope = { account, catalog: 'AWSMarketplace' };
const dayMs = 86_400_000;
const policies: Policies = {
  accountHealth: { quietMs: 7 },
  failingTasks: { checkEveryMs: 7_000 },
  itemBuyability: { verifyForMs: 7 },
  offerWatch: { beforeEndMs: [7 * dayMs] },
};
const context = { policies };
const inAttempt = <Answer>(attempt: number, activity: () => Promise<Answer>): Promise<Answer> =>
  new MockActivityEnvironment({ attempt, scheduledTimestampMs: Date.now() }).run(activity);

let world: Simulated;
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => world.reset());

test('a check of an offer says what the configuration has by now, whatever it finds, and nothing where that is the same', async () => {
  const offers = createOfferActivities({ catalog: world.catalog, context });
  const question = { ...scope, offerIds: ['offer-1'] };
  const followed = { ...offerDefaults, ...policies.offerWatch };
  expect(await offers.describeOffer({ ...question, following: { policy: offerDefaults } })).toEqual({
    found: 'notFound',
    offerId: 'offer-1',
    policy: followed,
  });
  const given = { lingerMs: 5 };
  expect(await offers.describeOffer({ ...question, following: { policy: offerDefaults, given } })).toMatchObject({
    policy: { ...followed, ...given },
  });
  const same = await offers.describeOffer({ ...question, following: { policy: followed } });
  const unasked = await offers.describeOffer(question);
  for (const answer of [same, unasked]) expect(answer).not.toHaveProperty('policy');
});

test('so does the answer to a product query', async () => {
  const products = { queryProduct: async () => ({ buyabilityStatus: 'BUYABLE' }) };
  const items = createItemActivities({ products, context });
  const query = { businessProductId: 'bp-1', itemId: 'item-1', following: { policy: itemBuyabilityDefaults } };
  const policy = { ...itemBuyabilityDefaults, verifyForMs: 7 };
  expect(await items.queryProduct(query)).toMatchObject({ product: { buyabilityStatus: 'BUYABLE' }, policy });
  expect(await items.awaitProduct(query)).toMatchObject({ product: { buyabilityStatus: 'BUYABLE' }, policy });
  expect(await items.awaitProduct({ ...query, following: { policy } })).not.toHaveProperty('policy');
});

test('an alarm’s check says it once it has passed, or after many attempts', async () => {
  let refused = true;
  const query = async (): Promise<undefined> => {
    if (refused) throw failure('AccessDenied', 'denied');
    return undefined;
  };
  const merchants = createMerchantActivities({ products: { queryProduct: query }, context });
  const accounts = createAccountActivities({ catalog: world.catalog, context });
  const asking = { following: { policy: accountHealthDefaults } };
  const merchant = { businessProductId: 'bp-1', checks: [{ refused: 'AccessDenied' as const }], ...asking };
  await expect(inAttempt(7, () => merchants.checkMerchant(merchant))).rejects.toMatchObject({ type: 'NotYet' });
  const policy = { ...accountHealthDefaults, quietMs: 7 };
  expect(await inAttempt(8, () => merchants.checkMerchant(merchant))).toEqual({ policy, isStillRefused: true });
  refused = false;
  expect(await merchants.checkMerchant(merchant)).toEqual({ policy });
  expect(await merchants.checkMerchant({ ...merchant, following: { policy } })).toBeUndefined();
  const checks = [{ operation: 'ListChangeSets' as const, refused: 'AccessDenied' as const }];
  expect(await accounts.checkAccess({ ...scope, checks, ...asking })).toEqual({ policy });
});

test('the alarm of failing tasks follows, too', async () => {
  const group = { workflowType: 'a', cause: 'TimedOut', count: 2, workflowIds: ['a:1'] };
  const found = { groups: [group], isComplete: true };
  const alarm = createFailingTasksActivities(async () => found, context);
  const asking = { following: { policy: failingTasksDefaults } };
  const policy = { checkEveryMs: 7_000 };
  expect(await alarm.watchFailingTasks([], asking)).toEqual({ ...found, policy });
  await expect(inAttempt(7, () => alarm.watchFailingTasks(['a:TimedOut'], asking))).rejects.toMatchObject({
    type: 'NotYet',
  });
  expect(await inAttempt(8, () => alarm.watchFailingTasks(['a:TimedOut'], asking))).toEqual({ policy });
});

describe('a lineage', () => {
  const reference = { ...scope, changeSetId: 'origin' };
  const lineage = { originId: 'origin', originStartTime: ago(120_000), memberIds: ['origin'] };
  const configured = (): ReturnType<typeof configuredPolicy<'changeSetRemediation'>> =>
    configuredPolicy('changeSetRemediation', world.context, account);

  beforeEach(() => {
    world.simulator.control.putChangeSet({
      changeSetId: 'origin',
      name: 'Update the listing',
      status: 'FAILED',
      failureCode: 'SERVER_FAULT',
      startTime: ago(120_000),
      endTime: ago(60_000),
      changes: [
        { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-abc', details: '{}' },
      ],
    });
    world.context.accounts = { [account]: { protectedClasses: ['set'] } };
  });

  test('gets the account’s own policy with its checks', async () => {
    const before = { ...configured(), protectedClasses: [] };
    const following = { policy: before };
    const { activities } = world;
    for (const answer of [
      await activities.inspectLineage({ ...reference, following }),
      await activities.diagnoseChangeSet({ ...reference, following }, lineage),
      await activities.awaitEnd({ ...reference, following }),
      await activities.awaitOutcome({ ...reference, following }),
    ]) {
      expect(answer).toMatchObject({ policy: { protectedClasses: ['set'] } });
    }
    const same = { ...reference, following: { policy: configured() } };
    expect(await activities.awaitEnd(same)).toBeUndefined();
    expect(await activities.inspectLineage(same)).not.toHaveProperty('policy');
  });

  test('gets it from the watch of an open question, but not where it was checked a moment ago', async () => {
    const { activities } = world;
    const following = { policy: { ...configured(), protectedClasses: [] } };
    const watch = (justChecked: boolean, by: { policy: ReturnType<typeof configured> } = following) =>
      inAttempt(1, () =>
        activities.watchElsewhere({ ...reference, following: by }, lineage, ['prod-abc@1'], justChecked),
      );
    await expect(watch(true)).rejects.toMatchObject({ type: 'NotYet' });
    expect(await watch(false)).toEqual({ policy: configured() });
    await expect(watch(false, { policy: configured() })).rejects.toMatchObject({ type: 'NotYet' });
  });
});
