import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { ensureNamespace } from '@marketplace-steward/testing/temporal/temporalNamespace';
import { ensureSearchAttributes } from '../../../src/delivery/searchAttributes.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { startCluster, type Cluster, type ClusterPart } from '../../cluster/cluster.ts';
import { roleNames } from '../../cluster/roles.ts';
import { temporalPart, untilTrue, type Part } from './parts.ts';

/** The Temporal server of a run. */
export interface Server {
  /** `host:port` */
  readonly address: string;
  readonly namespace: string;
  /** What of it can be killed. */
  readonly parts: readonly Part[];
  readonly stop: () => Promise<unknown>;
}

const retentionDays = 3;
const goneWithinMs = 10_000;

/** Temporal's dev server, with its histories in a file of the run. */
export async function devServer(folder: string): Promise<Server> {
  const namespace = 'chaos';
  const part = await temporalPart({
    databaseFile: join(folder, 'state', 'temporal.db'),
    namespace,
    uiPort: false,
    retentionDays,
    searchAttributes: searchAttributeTypes,
  });
  return { address: part.running().address, namespace, parts: [part], stop: part.stop };
}

/** The four roles over PostgreSQL of `npm run cluster`, with a namespace of its own for the run. */
export async function clusterServer(say: (line: string) => void, signal: AbortSignal): Promise<Server> {
  const progress = { say, at: () => undefined, end: () => undefined };
  const cluster = await startCluster({ progress, signal, lasting: false });
  const { address } = cluster;
  const namespace = `chaos-${randomBytes(4).toString('hex')}`;
  const connection = await Connection.connect({ address });
  try {
    await ensureNamespace(connection, namespace, retentionDays);
    await ensureSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
  const parts = roleNames.map((name) => rolePart(cluster, name, signal));
  return { address, namespace, parts, stop: cluster.stop };
}

function rolePart(cluster: Cluster, role: ClusterPart, signal: AbortSignal): Part {
  let isFrozen = false;
  const pid = (): number | undefined => cluster.roles().find(({ name }) => name === role)?.pid;
  const send = (name: NodeJS.Signals): void => {
    const found = pid();
    if (found !== undefined) process.kill(found, name);
  };
  return {
    name: `temporal-${role}`,
    kind: 'temporal',
    isUp: () => pid() !== undefined && !isFrozen,
    start: () => cluster.restart(role),
    async kill() {
      send('SIGKILL');
      await untilTrue(() => pid() === undefined, { withinMs: goneWithinMs, signal, what: `the end of ${role}` });
    },
    freeze() {
      send('SIGSTOP');
      isFrozen = true;
    },
    thaw() {
      if (isFrozen) send('SIGCONT');
      isFrozen = false;
    },
  };
}
