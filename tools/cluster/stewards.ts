import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Progress } from '../../bench/progress.ts';
import { noteProcess, runningProcess, type Cluster } from './cluster.ts';
import { startProcess, takesConnections, untilReady, type Started } from './processes.ts';
import { readState } from './state.ts';
import { startSteward } from './steward.ts';

/** The account of the vendors' samples, which the simulated vendor has too. */
const clusterAccount = '123456789012';
/** The header of the ingresses' key. */
export const keyHeader = 'x-steward-key';

/** The variable that has it. */
export const keyVariable = 'STEWARD_CLUSTER_KEY';
const simulators = fileURLToPath(new URL('simulators.ts', import.meta.url));
const readyWithinMs = 60_000;

/** What `up` has running beside the cluster itself. */
export interface Stewards {
  /** Of each ingress, for events of AWS. */
  readonly ingresses: readonly string[];
  readonly simulator: string;
  /** The header that lets events in. */
  readonly key: string;
}

function configurationOf(port: number, simulator: string): object {
  return {
    accounts: { [clusterAccount]: { mode: 'auto' } },
    ingress: {
      host: '127.0.0.1',
      port,
      credentials: { eventbridge: [{ header: keyHeader, valueVariable: keyVariable }] },
    },
    endpoints: { marketplaceCatalog: simulator },
  };
}

/** The machine's own variables without anything that leads to a real Temporal or a real AWS account. */
function environmentOf({ address, namespace }: Cluster, key: string): NodeJS.ProcessEnv {
  const neutral = Object.entries(process.env).filter(([name]) => !/^(AWS|TEMPORAL|STEWARD)_/.test(name));
  return {
    ...Object.fromEntries(neutral),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    [keyVariable]: key,
    AWS_ACCESS_KEY_ID: `SIM${clusterAccount}`,
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/**
 * Starts what does not run yet of a simulated AWS Marketplace Catalog, two workers and two ingresses, all of which outlive
 * this process, and waits until they are ready.
 * @throws Error with the end of the log of what did not start
 */
export async function startStewards(cluster: Cluster, progress: Progress, signal: AbortSignal): Promise<Stewards> {
  const { paths } = cluster;
  const state = readState(paths);
  if (state === undefined) throw new Error(`${paths.state} is gone`);
  const { ports, key } = state;
  const environment = environmentOf(cluster, key);
  const ensure = async (name: string, start: () => Promise<unknown>): Promise<void> => {
    if (runningProcess(paths, name) !== undefined) return;
    progress.say(`starting ${name}`);
    await start();
  };
  const note = (started: Started): void => noteProcess(paths, started);
  const simulator = `http://127.0.0.1:${ports.simulator}`;
  const urls = ports.ingresses.map((port) => `http://127.0.0.1:${port}`);
  const eventsUrls = urls.map((url) => `${url}/v1/events/eventbridge`);
  await ensure('simulators', async () => {
    const logFile = paths.logOf('simulators');
    const words = ['--disable-warning=ExperimentalWarning', simulators, String(ports.simulator), eventsUrls[0] ?? ''];
    const started = await startProcess({
      name: 'simulators',
      command: process.execPath,
      words,
      environment,
      logFile,
      lasting: true,
    });
    note(started);
    await untilReady(started, logFile, () => takesConnections(ports.simulator), { withinMs: readyWithinMs, signal });
  });
  for (const [index, port] of ports.ingresses.entries()) {
    const configurationFile = paths.configurationOf(`steward-${index + 1}`);
    mkdirSync(dirname(configurationFile), { recursive: true });
    const contents = stringify(configurationOf(port, simulator));
    // One that is written again is read again by those who run.
    const isThere = existsSync(configurationFile) && readFileSync(configurationFile, 'utf8') === contents;
    if (!isThere) writeFileSync(configurationFile, contents, { mode: 0o600 });
    for (const service of ['worker', 'ingress'] as const) {
      const name = `${service}-${index + 1}`;
      const logFile = paths.logOf(name);
      const shared = { name, service, configurationFile, environment, logFile, signal, note };
      await ensure(name, () => startSteward({ ...shared, lasting: true }));
    }
  }
  return { ingresses: eventsUrls, simulator, key: `${keyHeader}: ${key}` };
}
