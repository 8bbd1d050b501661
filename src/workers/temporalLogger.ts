import { DefaultLogger, Runtime } from '@temporalio/worker';
import { IllegalStateError, type Logger as TemporalLogger } from '@temporalio/common';
import type { Logger } from 'pino';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** What the SDK warns of at the start of each worker of a queue without workflows: three of ours have none on purpose. */
const meant = 'No workflows registered, not polling for workflow tasks';

/** The SDK's log lines from WARN on, as lines of ours: those below are about polls and bundles, not about events. */
export function temporalLogger(logger: Logger): TemporalLogger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (message === meant) return;
    const { error, ...rest } = meta ?? {};
    const reported = error instanceof Error ? { error: error.message } : {};
    logger[levels[level]]({ ...rest, ...reported }, message);
  });
}

/**
 * Sends the SDK's log to ours, leaves signals to the process, and serves metrics at the address, if there is one. The SDK
 * takes these settings once in a process, before its first connection; the first caller's hold.
 * @param prometheusAddress `host:port`; Prometheus scrapes /metrics there.
 * @throws where the process cannot listen at the address.
 */
export function installRuntime(logger: Logger, prometheusAddress?: string): void {
  const metrics =
    prometheusAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: prometheusAddress } } };
  try {
    Runtime.install({
      logger: temporalLogger(logger),
      telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} }, ...metrics },
      shutdownSignals: [],
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
