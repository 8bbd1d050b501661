import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { ListedWorker } from './quotaShare.ts';

/**
 * Under this name, which no task queue has, the server's list of workers holds those that share the quotas, beside what the
 * SDK registers of the same processes once a minute.
 */
export const shareRegistryQueue = 'steward-quota-shares';

const callWithinMs = 1_500;
/** More workers than share quotas; a list that is longer cannot be gone by. */
const pageSize = 1_000;
/** WORKER_STATUS_RUNNING and WORKER_STATUS_SHUTDOWN: the server takes the latter off its list at once. */
const running = 1;
const closed = 3;

/** The server's list of the workers that share the quotas: it costs no action, and holds workers of every version. */
export interface ShareRegistry {
  /** @throws what the connection throws, and where the list is too long. */
  list(): Promise<ListedWorker[]>;
  /** Puts a worker on the list, or renews its mark. @throws what the connection throws. */
  register(key: string): Promise<void>;
  /** Takes workers off the list. @throws what the connection throws. */
  remove(keys: readonly string[]): Promise<void>;
}

/**
 * The registry in a namespace. Each call ends within 1.5 s.
 * @see docs/decisions/0013
 */
export function shareRegistry(client: Client, namespace: string): ShareRegistry {
  const { workflowService } = client;
  const within = <Answer>(call: () => Promise<Answer>): Promise<Answer> =>
    client.withDeadline(Date.now() + callWithinMs, call);
  let registrations = 0;
  const heartbeat = (key: string, status: number) => {
    const now = msToTs(Date.now());
    registrations += 1;
    // The list shows no time of the last heartbeat, but this one, which here is when the share was registered last. Below
    // the millisecond it holds a number, so that a clock that was set back never gives the same mark again.
    const startTime = { seconds: now.seconds ?? null, nanos: (now.nanos ?? 0) + (registrations % 1e6) };
    const hostInfo = { hostName: hostname(), processId: String(process.pid) };
    const names = { workerInstanceKey: key, workerIdentity: key, taskQueue: shareRegistryQueue };
    return { ...names, hostInfo, status, startTime, heartbeatTime: now };
  };
  const record = async (keys: readonly string[], status: number): Promise<void> => {
    const workerHeartbeat = keys.map((key) => heartbeat(key, status));
    await within(() => workflowService.recordWorkerHeartbeat({ namespace, identity: keys[0] ?? '', workerHeartbeat }));
  };
  return {
    async list() {
      const query = `TaskQueue="${shareRegistryQueue}"`;
      const { workers, nextPageToken } = await within(() =>
        workflowService.listWorkers({ namespace, query, pageSize }),
      );
      if (nextPageToken.length > 0) throw new Error(`More than ${pageSize} workers are listed`);
      return workers.flatMap(({ workerInstanceKey, status, startTime }) => {
        const mark = `${startTime?.seconds?.toString() ?? ''}.${startTime?.nanos ?? ''}`;
        return status === running ? [{ key: workerInstanceKey ?? '', mark }] : [];
      });
    },
    register: (key) => record([key], running),
    remove: (keys) => record(keys, closed),
  };
}
