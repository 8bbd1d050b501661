import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { missingMemorySettings } from '../../bin/memory.mjs';
import type { Progress } from '../../bench/progress.ts';
import { noteProcess, runningProcess, type Cluster } from './cluster.ts';
import { startProcess, takesConnections, untilReady } from './processes.ts';
import { readState } from './state.ts';

/** The account of the vendors' samples, which the simulated vendor has too. */
export const clusterAccount = '123456789012';
/** The header of the ingresses' key. */
export const keyHeader = 'x-steward-key';

/** The variable that has it. */
export const keyVariable = 'STEWARD_CLUSTER_KEY';
const steward = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const simulators = fileURLToPath(new URL('simulators.ts', import.meta.url));
const readyWithinMs = 60_000;
/** With which `steward worker --json` says that it is ready, and nothing else does. */
const readyMark = '"ready": true';

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

async function isReadyAt(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true;
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
  const ensure = async (
    name: string,
    words: readonly string[],
    check: (logFile: string) => Promise<boolean>,
    service?: 'worker' | 'ingress',
  ): Promise<void> => {
    if (runningProcess(paths, name) !== undefined) return;
    progress.say(`starting ${name}`);
    const memory =
      service === undefined ? { flags: [], variables: {} } : missingMemorySettings(environment, [], service);
    const logFile = paths.logOf(name);
    // A line of an earlier one says nothing about this one.
    mkdirSync(dirname(logFile), { recursive: true });
    writeFileSync(logFile, '');
    const started = await startProcess({
      name,
      command: process.execPath,
      logFile,
      lasting: true,
      words: [...memory.flags, '--disable-warning=ExperimentalWarning', ...words],
      environment: { ...environment, ...memory.variables },
    });
    noteProcess(paths, started);
    await untilReady(started, logFile, () => check(logFile), { withinMs: readyWithinMs, signal });
  };
  const simulator = `http://127.0.0.1:${ports.simulator}`;
  const urls = ports.ingresses.map((port) => `http://127.0.0.1:${port}`);
  const eventsUrls = urls.map((url) => `${url}/v1/events/eventbridge`);
  await ensure('simulators', [simulators, String(ports.simulator), eventsUrls[0] ?? ''], () =>
    takesConnections(ports.simulator),
  );
  for (const [index, url] of urls.entries()) {
    const file = paths.configurationOf(`steward-${index + 1}`);
    mkdirSync(dirname(file), { recursive: true });
    const contents = stringify(configurationOf(ports.ingresses[index] ?? 0, simulator));
    // One that is written again is read again by those who run.
    if (!existsSync(file) || readFileSync(file, 'utf8') !== contents) writeFileSync(file, contents, { mode: 0o600 });
    const words = (service: string): string[] => [steward, service, '--config', file, '--json'];
    const saysReady = async (logFile: string) => readFileSync(logFile, 'utf8').includes(readyMark);
    await ensure(`worker-${index + 1}`, words('worker'), saysReady, 'worker');
    await ensure(`ingress-${index + 1}`, words('ingress'), () => isReadyAt(`${url}/readyz`), 'ingress');
  }
  return { ingresses: eventsUrls, simulator, key: `${keyHeader}: ${key}` };
}
