import { DefaultLogger, Runtime } from '@temporalio/worker';
import { IllegalStateError, type Logger as TemporalLogger } from '@temporalio/common';
import type { Logger } from 'pino';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK's log lines from WARN on, as lines of ours: what is below is about polls and bundles, not events. */
export function temporalLogger(logger: Logger): TemporalLogger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    const { error, ...rest } = meta ?? {};
    const reported = error instanceof Error ? { error: error.message } : {};
    logger[levels[level]]({ ...rest, ...reported }, message);
  });
}

/**
 * Sends the SDK's log to ours, leaves signals to the process, and offers metrics where an address is given. The SDK takes
 * these settings once in a process, before its first connection; where somebody was earlier, theirs hold.
 * @param prometheusAddress `host:port`; metrics are scraped there under /metrics.
 * @throws where the address cannot be had.
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
