import type { Logger } from 'pino';
import type { Configuration } from '../config/load.ts';
import type { Tracing } from './tracing.ts';

/** The tracing of a process where it is configured. Without it, nothing of OpenTelemetry is loaded. */
export async function tracingOf(
  { telemetry: { traces } }: Pick<Configuration, 'telemetry'>,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (traces === undefined) return undefined;
  const { startTracing } = await import('./tracing.ts');
  return startTracing(traces, logger);
}
