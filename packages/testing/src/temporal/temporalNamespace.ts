import { setTimeout as delay } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

const msPerDay = 86_400_000;
/** gRPC status code NOT_FOUND: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const notFound = 5;
const usableWithinMs = 30_000;
const pollMs = 20;

/**
 * Registers the namespace where it is missing, and returns once the server accepts its use: at once on a dev server
 * that is idle, up to 10 s later on a cluster, whose roles check for new namespaces at intervals. The retention of
 * one that exists is left as it is: its owner chose it.
 *
 * @param retentionDays how long closed workflows are kept, in days
 */
export async function ensureNamespace(connection: Connection, namespace: string, retentionDays: number): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(retentionDays * msPerDay),
    });
  }
  await untilUsable(connection, namespace);
}

/**
 * Sets how long an existing namespace keeps closed workflows (the dev server's own start with one day), and returns
 * once the server accepts its use.
 *
 * @param retentionDays in days
 */
export async function setRetention(connection: Connection, namespace: string, retentionDays: number): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(retentionDays * msPerDay) },
  });
  await untilUsable(connection, namespace);
}

/** A namespace can be described before the rest of the server knows it. */
async function untilUsable(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + usableWithinMs;
  for (;;) {
    try {
      await connection.workflowService.countWorkflowExecutions({ namespace });
      return;
    } catch (error) {
      if (!isNotFound(error) || Date.now() > deadline) throw error;
      await delay(pollMs);
    }
  }
}

function isNotFound(error: unknown): boolean {
  return isGrpcServiceError(error) && Number(error.code) === notFound;
}
