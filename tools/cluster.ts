/**
 * `npm run cluster -- up|test|down`: Temporal's four roles over PostgreSQL, with two workers and two ingresses, as processes
 * of this machine (docs/scale.md).
 */
import { resolve } from 'node:path';
import { flagsOrExit, stopSignal } from '../bench/commandLine.ts';
import { createProgress, type Progress } from '../bench/progress.ts';
import { createStops } from '../bench/stops.ts';
import { takeLock } from '../packages/testing/src/temporal/processLock.mjs';
import { runningNames, startCluster, stopCluster, usualFolder } from './cluster/cluster.ts';
import { readFlags, usage, type ClusterFlags } from './cluster/options.ts';
import { pathsOf, wipeFolder } from './cluster/state.ts';
import { reportText } from './cluster/proof/report.ts';
import { clusterStage, prove } from './cluster/proof/run.ts';
import { startStewards } from './cluster/stewards.ts';

/** The integration tests take half of it on two cores. */
const endWithinMs = 3_600_000;
const failedExitCode = 1;

/** What a command answers: as JSON, and as lines. */
interface Answer {
  readonly document: object;
  readonly text: string;
}

async function up(folder: string, progress: Progress, signal: AbortSignal): Promise<Answer> {
  const cluster = await startCluster({ folder, progress, signal, lasting: true });
  const stewards = await startStewards(cluster, progress, signal);
  const { address, namespace } = cluster;
  const lines = [
    `Temporal          ${address}, namespace ${namespace}`,
    ...stewards.ingresses.map((url, index) => `ingress ${index + 1}         ${url}`),
    `its key           ${stewards.key}`,
    `simulated vendor  ${stewards.simulator}`,
    `logs              ${cluster.paths.logOf('*')}`,
    'End it with: npm run cluster -- down',
  ];
  return { document: { address, namespace, ...stewards, roles: cluster.roles() }, text: lines.join('\n') };
}

async function down(folder: string, wipe: boolean): Promise<Answer> {
  const paths = pathsOf(folder);
  const stop = (): Promise<readonly string[]> => stopCluster(paths);
  const ended = wipe ? await wipeFolder(paths, stop) : await stop();
  const what = ended.length === 0 ? 'Nothing was running.' : `Ended ${ended.join(', ')}.`;
  return { document: { ended, wiped: wipe }, text: wipe ? `${what} Removed ${folder}.` : what };
}

/** Ends what it has started; a cluster that `up` has started is used, and stays. */
async function test(
  folder: string,
  flags: Extract<ClusterFlags, { command: 'test' }>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Answer> {
  const paths = pathsOf(folder);
  const isMine = runningNames(paths).length === 0;
  const stops = createStops();
  if (isMine) stops.add(async () => void (await stopCluster(paths)));
  const ending = AbortSignal.any([signal, AbortSignal.timeout(endWithinMs)]);
  try {
    const cluster = await startCluster({ folder, progress, signal: ending, lasting: !isMine });
    const stage = await clusterStage(cluster, { stops, progress, signal: ending });
    const report = await prove(cluster, stage, flags);
    if (!report.ok && !flags.quick) process.exitCode = failedExitCode;
    return { document: report, text: reportText(report) };
  } finally {
    await stops.all();
  }
}

async function run(flags: ClusterFlags, progress: Progress): Promise<Answer> {
  const folder = resolve(flags.folder ?? usualFolder);
  const lock = takeLock(`${folder}.lock`);
  if ('holder' in lock) throw new Error(`process ${lock.holder} starts or ends this cluster: wait for it, or end it`);
  const signal = stopSignal(() => progress.say('stopping …'));
  try {
    switch (flags.command) {
      case 'up':
        return await up(folder, progress, signal);
      case 'down':
        return await down(folder, flags.wipe);
      case 'test':
        return await test(folder, flags, progress, signal);
    }
  } finally {
    progress.end();
    lock.release();
  }
}

const flags = flagsOrExit('cluster', usage, readFlags);
const progress = createProgress(process.stderr, process.env);
try {
  const { document, text } = await run(flags, progress);
  process.stdout.write(`${flags.json ? JSON.stringify(document, undefined, 2) : text}\n`);
} catch (error) {
  progress.say(`cluster: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode ??= failedExitCode;
}
