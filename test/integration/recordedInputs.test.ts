import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { failureTypeOf } from '../../src/failures.ts';
import { composeActivities } from '../../src/workers/activities.ts';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { account as observed } from '@marketplace-steward/testing/sampleEvents';
import { silent } from '@marketplace-steward/testing/silent';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { recordedInputs } from '../activities/recorded/inputs.ts';

type Activity = (...given: readonly unknown[]) => Promise<unknown>;

let temporal: TestTemporal;
let simulator: CatalogSimulator;
let activities: Readonly<Record<string, Activity>>;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 3, quotas: 'off' });
  const catalog = createMarketplaceCatalog({
    endpoint: simulator.url,
    credentialsFor: (account) => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
  });
  const configuration = {
    file: 'none',
    merchants: {},
    buyWithPrime: {},
    endpoints: {},
    policies: {},
    notices: { channels: {}, routes: [] },
    morningDigests: [],
    accounts: { '123456789012': observed },
  };
  const composed = composeActivities(configuration, temporal.client, silent, () => catalog, {
    modes: { modeOf: () => 'observe', dailyCapOf: () => 50 },
    // No worker serves the workflow that grants them.
    permits: {
      request: () => Promise.resolve({ outcome: 'granted', grant: 1 }),
      accepted: () => undefined,
      giveBack: () => Promise.resolve(),
      lastEndedMs: () => Promise.resolve(undefined),
    },
  });
  activities = Object.assign({}, ...Object.values(composed).map((of) => of() as object));
}, 60_000);
afterAll(async () => {
  await simulator.close();
  await temporal.close('nothing');
});

test('every activity has recorded inputs', () => {
  expect(Object.keys(recordedInputs).toSorted()).toEqual(Object.keys(activities).toSorted());
});

test.each(Object.entries(recordedInputs))(
  '%s takes what the version before gives it: it answers, or fails with a failure of the vocabulary',
  async (name, inputs: readonly (readonly unknown[])[]) => {
    for (const input of inputs) {
      const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 60_000 });
      const ended = await environment.run(activities[name] as Activity, ...input).then(
        () => undefined,
        (error: unknown) => error,
      );
      const type = failureTypeOf(ended) ?? (ended instanceof ApplicationFailure ? ended.type : undefined);
      if (ended !== undefined && (type === undefined || type === 'Bug')) throw ended;
      expect(activities).toHaveProperty(name);
    }
  },
  60_000,
);
