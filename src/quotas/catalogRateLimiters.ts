import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Configuration } from '../config/load.ts';
import type { CatalogOperation } from './catalogOperations.ts';
import { type CatalogLines, createCatalogLines } from './rateLimiters.ts';
import { vendorQuotas } from './catalogQuotas.ts';
import { pollShare } from './pollers.ts';

/** A name that no other worker has: process ids and host names of containers come again. */
export function newWorkerIdentity(): string {
  return `${process.pid}@${hostname()}/${randomUUID().slice(0, 8)}`;
}

/** Calls a second that an account may make. */
type QuotaOf = (account: string, operation: CatalogOperation) => number;

/** The quotas of the configuration as it is at each call, and the vendor's where it names none. */
export function quotasOf(configuration: Pick<Configuration, 'accounts'>): QuotaOf {
  return (account, operation) => {
    const { accounts } = configuration;
    const known = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
    return known?.callsPerSecond?.[operation] ?? vendorQuotas[operation];
  };
}

/**
 * The lines of a worker process. Closing them ends the check of who else polls.
 * @param worker the identity under which this worker polls.
 */
export function openCatalogLines(
  configuration: Pick<Configuration, 'accounts'>,
  worker: { readonly client: Client; readonly namespace: string; readonly identity: string },
  logger: Logger,
): CatalogLines {
  const share = pollShare(worker.client, worker.namespace, worker.identity, logger);
  const lines = createCatalogLines(quotasOf(configuration), share);
  return {
    ...lines,
    close() {
      lines.close();
      share.close();
    },
  };
}
