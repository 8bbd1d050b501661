import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScheduleOverlapPolicy, type ScheduleHandle, type WorkflowHandle } from '@temporalio/client';
import { pino } from 'pino';
import { loadConfiguration, type Configuration } from '../../../src/config/load.ts';
import { freePort } from './ports.ts';
import { runIngressProcess } from '../../../src/ingress/process.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { runWorkerProcess } from '../../../src/workers/process.ts';
import { installRuntime } from '../../../src/workers/temporalLogger.ts';
import type { RunningWorker } from '../../../src/workers/worker.ts';
import type { ReconcilePolicy } from '../../../src/workflows/reconcileChangeSets/policyValues.ts';
import { reconcileScheduleId, type ReconcileStatus } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { testTemporal, type TestTemporal } from './temporal/testServer.ts';
import { until } from './until.ts';

/** A round of the schedule. */
type ReconcileRun = WorkflowHandle<() => Promise<ReconcileStatus>>;

/** A whole steward on a namespace of its own: ingress, worker and the catalog simulator, which posts its events. */
export interface ReconcileWorld {
  readonly temporal: TestTemporal;
  readonly simulator: CatalogSimulator;
  /** The log of worker and ingress, as it was written. */
  readonly logged: ReadonlyArray<Record<string, unknown>>;
  readonly configurationOf: (accounts: readonly string[], policy: Partial<ReconcilePolicy>) => Configuration;
  /** Starts the worker of a configuration, in this process. */
  readonly startWorker: (configuration: Configuration) => Promise<RunningWorker>;
  readonly schedule: ScheduleHandle;
  /** Waits until no round is under way. @returns how many were begun so far. */
  readonly roundsAreOver: () => Promise<number>;
  /** Has the schedule begin a round, as soon as none is under way. */
  readonly trigger: () => Promise<ReconcileRun>;
  /** What is scraped: the value of a counter for an account, undefined where there is none. */
  readonly scraped: (counter: string, account: string) => Promise<number | undefined>;
  /** All that is scraped of the worker, as Prometheus would get it. */
  readonly scrape: () => Promise<string>;
  close(): Promise<void>;
}

const senderKey = 'the key of a sender';

/** Starts all but the worker; every account is only checked (mode `observe`). */
export async function reconcileWorld(accounts: readonly string[]): Promise<ReconcileWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-'));
  const metricsAddress = `127.0.0.1:${await freePort()}`;
  const logged: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  // Before the first connection, which a worker's own process makes after it.
  installRuntime(logger, metricsAddress);
  const temporal = await testTemporal(searchAttributeTypes);
  const simulator = await startCatalogSimulator({ seed: 20, quotas: 'off' });
  const environment = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
    EVENTBRIDGE_KEY: senderKey,
    SIMULATED_KEY: 'simulated',
    ...Object.fromEntries(accounts.map((account) => [`KEY_${account}`, `SIM${account}`])),
  };
  const configurationOf: ReconcileWorld['configurationOf'] = (configured, policy) => {
    const file = join(folder, `${randomUUID()}.yaml`);
    const account = (id: string): object => ({
      mode: 'observe',
      credentials: { accessKeyIdVariable: `KEY_${id}`, secretAccessKeyVariable: 'SIMULATED_KEY' },
    });
    writeFileSync(
      file,
      JSON.stringify({
        accounts: Object.fromEntries(configured.map((id) => [id, account(id)])),
        endpoints: { marketplaceCatalog: simulator.url },
        ingress: { port: 0, credentials: { eventbridge: [{ header: 'x-api-key', valueVariable: 'EVENTBRIDGE_KEY' }] } },
        metrics: { prometheusAddress: metricsAddress },
        policies: { reconcile: policy },
      }),
    );
    return loadConfiguration(environment, file);
  };
  const ingress = await runIngressProcess(configurationOf(accounts, {}), logger);
  simulator.control.setEvents({
    target: { url: `${ingress.url}/v1/events/eventbridge`, headers: { 'x-api-key': senderKey } },
  });
  const schedule = temporal.client.schedule.getHandle(reconcileScheduleId);
  const roundsAreOver = async (): Promise<number> => {
    const { taken } = await until(async () => {
      const { runningActions, numActionsTaken } = (await schedule.describe()).info;
      return runningActions.length === 0 ? { taken: numActionsTaken } : undefined;
    });
    return taken;
  };
  const scrape = async (): Promise<string> => (await fetch(`http://${metricsAddress}/metrics`)).text();

  return {
    temporal,
    simulator,
    logged,
    configurationOf,
    startWorker: (configuration) => runWorkerProcess(configuration, logger),
    schedule,
    roundsAreOver,
    async trigger() {
      // While a round runs, the schedule leaves out another.
      const known = await roundsAreOver();
      await schedule.trigger(ScheduleOverlapPolicy.SKIP);
      const action = await until(async () => {
        const { numActionsTaken, recentActions } = (await schedule.describe()).info;
        return numActionsTaken > known ? recentActions.at(-1) : undefined;
      });
      const { workflowId, firstExecutionRunId } = action.action.workflow;
      return temporal.client.workflow.getHandle<() => Promise<ReconcileStatus>>(workflowId, firstExecutionRunId);
    },
    scrape,
    async scraped(counter, account) {
      const text = await scrape();
      const lines = text.split('\n').filter((line) => line.startsWith(`${counter}{`) && line.includes(`"${account}"`));
      if (lines.length === 0) return undefined;
      return lines.map((line) => Number(line.split(' ').at(-1))).reduce((sum, value) => sum + value, 0);
    },
    async close() {
      await ingress.close();
      await simulator.close();
      await temporal.close();
      rmSync(folder, { recursive: true });
    },
  };
}
