import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { testSettings } from '@marketplace-steward/testing/temporal/variables';
import { serverSettings, startTemporalServer } from '@marketplace-steward/testing/temporal/temporalServer';
import { currentLoad, describeMachine } from '../../../bench/machine.ts';
import type { Stage } from '../../../bench/stage.ts';
import type { Cluster } from '../cluster.ts';
import type { TestPart } from '../options.ts';
import { runIntegration } from './integration.ts';
import { measureKills, type KillPlan } from './kills.ts';
import { measureLoad, type LoadFigures, type LoadPlan } from './load.ts';
import { isAsPromised, type ClusterReport, type RoleMemory } from './report.ts';

/** How much is measured. */
interface ProofPlan {
  readonly load: LoadPlan;
  /** Of each kind, one after the other. */
  readonly sizes: ReadonlyArray<{ readonly workers: number; readonly ingresses: number }>;
  readonly accounts: readonly [number, number];
  readonly kills: KillPlan;
}

const everyPart = ['frontend', 'history', 'matching', 'worker', 'postgresql'] as const;
const services = ['a steward worker', 'a steward ingress'] as const;

/** Some seven minutes on two cores, the integration tests aside; or seconds, to see that everything works. */
function planOf(quick: boolean): ProofPlan {
  return quick
    ? {
        load: { callers: 8, warmUpEvents: 8, atMostMs: 1_000, pacedPerSecond: 20, pacedEvents: 20 },
        sizes: [{ workers: 1, ingresses: 1 }],
        accounts: [1, 10],
        kills: { failuresPerSecond: 2, goneMs: 500, eventsBetween: 2, parts: ['history', 'a steward worker'] },
      }
    : {
        load: { callers: 32, warmUpEvents: 200, atMostMs: 12_000, pacedPerSecond: 40, pacedEvents: 400 },
        sizes: [
          { workers: 1, ingresses: 1 },
          { workers: 2, ingresses: 1 },
          { workers: 1, ingresses: 2 },
          { workers: 2, ingresses: 2 },
        ],
        accounts: [5, 50],
        kills: { failuresPerSecond: 3, goneMs: 3_000, eventsBetween: 20, parts: [...everyPart, ...services] },
      };
}

const firstAccount = 700_000_000_000;
const kilobytesPerMegabyte = 1_024;

/** Opens the stage of the bench on a cluster; its folder goes with it. */
export async function clusterStage(
  { address }: Cluster,
  shared: Pick<Stage, 'stops' | 'progress' | 'signal'>,
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-cluster-'));
  shared.stops.add(async () => rmSync(folder, { recursive: true, force: true }));
  const connection = await Connection.connect({ address });
  shared.stops.add(() => connection.close());
  return { ...shared, temporal: address, storage: 'four roles over PostgreSQL', connection, folder };
}

/** The same load on a dev server of its own, which keeps its histories in a file. */
async function measureDevServer(stage: Stage, plan: ProofPlan): Promise<LoadFigures> {
  const databaseFile = join(stage.folder, 'temporal.db');
  const server = await startTemporalServer({ databaseFile, uiPort: false, retentionDays: 1 });
  const stopServer = stage.stops.add(() => server.stop());
  const connection = await Connection.connect({ address: server.address });
  const there = { ...stage, temporal: server.address, connection };
  try {
    return await measureLoad(there, 'dev server, SQLite', { workers: 1, ingresses: 1 }, plan.load);
  } finally {
    await connection.close();
    await stopServer();
  }
}

function memoryOf(cluster: Cluster): readonly RoleMemory[] {
  return cluster.roles().flatMap(({ name, pid }) => {
    try {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return [{ name, megabytes: Number(kilobytes) / kilobytesPerMegabyte }];
    } catch {
      // Other systems than Linux do not say.
      return [];
    }
  });
}

/** With the limits that the dev server of the tests has: a server's own are made for many tenants. */
async function onRoomyCluster<Result>(cluster: Cluster, work: () => Promise<Result>): Promise<Result> {
  await cluster.configure([...serverSettings, ...testSettings]);
  try {
    return await work();
  } finally {
    await cluster.configure([]);
  }
}

/** Runs the parts on a cluster, one after the other. */
export async function prove(
  cluster: Cluster,
  stage: Stage,
  { parts, quick }: { readonly parts: readonly TestPart[]; readonly quick: boolean },
): Promise<ClusterReport> {
  const begunMs = performance.now();
  const plan = planOf(quick);
  const machine = await describeMachine(stage.connection, stage.storage, currentLoad());
  const has = (part: TestPart): boolean => parts.includes(part);
  const name = 'four roles, PostgreSQL';
  const load: LoadFigures[] = [];
  if (has('load')) {
    load.push(await measureDevServer(stage, plan));
    for (const sizes of plan.sizes) load.push(await measureLoad(stage, name, sizes, plan.load));
  }
  const accounts: LoadFigures[] = [];
  if (has('accounts')) {
    for (const count of plan.accounts) {
      const ids = Array.from({ length: count }, (_, index) => String(firstAccount + index));
      accounts.push(await measureLoad(stage, name, { workers: 2, ingresses: 2, accounts: ids }, plan.load));
    }
  }
  const memory = load.length + accounts.length > 0 ? memoryOf(cluster) : null;
  const kills = has('kills') ? await measureKills(stage, cluster, plan.kills) : null;
  const integration = has('integration') ? await onRoomyCluster(cluster, () => runIntegration(stage, quick)) : null;
  return {
    ok: isAsPromised({ integration, kills }),
    machine,
    seconds: (performance.now() - begunMs) / 1_000,
    integration,
    load: has('load') ? load : null,
    accounts: has('accounts') ? accounts : null,
    memory,
    kills,
  };
}
