import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { ConfigurationError } from './errors.ts';

/** The variables of a process. */
export type Environment = Readonly<NodeJS.ProcessEnv>;

/** Where Temporal is, by the ecosystem's own variables and its configuration file. */
export interface TemporalConfiguration {
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
}

/**
 * Where Temporal is: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the others of `@temporalio/envconfig`, read from the given
 * environment.
 * @throws ConfigurationError where those variables or their file cannot be read.
 */
export function loadTemporalConfiguration(environment: Environment): TemporalConfiguration {
  const overrideEnvVars: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) overrideEnvVars[name] = value;
  }
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars });
    return { connectionOptions, namespace: namespace ?? 'default' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError('Temporal connection', [{ field: 'TEMPORAL_*', message }]);
  }
}
