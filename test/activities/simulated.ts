import { createChangeSetActivities } from '../../src/activities/changeSetRemediation/index.ts';
import type { ChangeSetActivities } from '../../src/workflows/changeSetRemediation/contract.ts';
import type { MarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/port.ts';
import type { PolicyContext } from '../../src/policies/configured.ts';
import type { Mode } from '../../src/config/modes.ts';
import { permitsInMemory, type PermitsInMemory } from './permitsInMemory.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';

/** The real adapter before a simulator, with an account's switches in the test's hand. */
export interface Simulated {
  readonly simulator: CatalogSimulator;
  readonly catalog: MarketplaceCatalog;
  readonly activities: ChangeSetActivities;
  mode: Mode;
  dailyCap: number;
  /** What policies are resolved from; each test begins with the defaults. */
  readonly context: { -readonly [Name in keyof PolicyContext]: PolicyContext[Name] };
  /** Those of the workflow, kept in memory; each test begins with none. */
  permits: PermitsInMemory;
  reset(): void;
}

/** Starts the simulator, without quotas, and makes the activities over the real SDK. */
export async function simulated(): Promise<Simulated> {
  const simulator = await startCatalogSimulator({ seed: 5, quotas: 'off', defaultDurationMs: 600_000 });
  const newCatalog = (): MarketplaceCatalog =>
    createMarketplaceCatalog({
      endpoint: simulator.url,
      credentialsFor: (account) => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
    });
  const catalog = newCatalog();
  const context: Simulated['context'] = { policies: {} };
  const world: Simulated = {
    simulator,
    catalog,
    context,
    mode: 'auto',
    dailyCap: 50,
    activities: createChangeSetActivities({
      catalog,
      modes: { modeOf: () => world.mode, dailyCapOf: () => world.dailyCap },
      delivery: { isClosed: () => Promise.resolve(false) },
      permits: {
        request: (scope, asked) => world.permits.request(scope, asked),
        accepted: (account, used) => world.permits.accepted(account, used),
        giveBack: (account, returned) => world.permits.giveBack(account, returned),
      },
      context,
      attemptMs: () => 60_000,
    }),
    permits: permitsInMemory(),
    reset() {
      simulator.control.reset();
      // Tests use ids again, which AWS never does: what the last one knew of ended change sets is forgotten.
      Object.assign(catalog, newCatalog());
      context.policies = {};
      delete context.accounts;
      world.mode = 'auto';
      world.dailyCap = 50;
      world.permits = permitsInMemory();
    },
  };
  return world;
}

/** What a catalog without limits makes of announced calls. */
export const announcing: Pick<MarketplaceCatalog, 'expecting' | 'expects'> = {
  expecting: (_scope, _calls, work) => work(),
  expects: () => undefined,
};

/** So long ago, as the vendor writes times. */
export function ago(ms: number): string {
  return `${new Date(Date.now() - ms).toISOString().slice(0, 19)}Z`;
}
