import { existsSync } from 'node:fs';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { defined } from '../defined.ts';
import { ConfigurationError, type ConfigurationProblem } from './errors.ts';
import { isLoopback } from './loopback.ts';
import { readTextFile, TextFileError } from './textFile.ts';

/** The variables of a process. */
export type Environment = Readonly<NodeJS.ProcessEnv>;

/** Where Temporal is, by the ecosystem's own variables and its configuration file. */
export interface TemporalConfiguration {
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
  /** Whether it is Temporal Cloud: search attributes are created there by hand, and its Web UI has one address. */
  readonly isCloud: boolean;
}

/** What a command line says in place of the environment. */
export interface TemporalOverrides {
  /** `host:port` */
  readonly address?: string;
  readonly namespace?: string;
}

/**
 * Where Temporal Cloud's namespaces and regions answer (docs.temporal.io, Namespaces, Access a Namespace). A private link
 * has an address of its own, and names the namespace's one as the server's name.
 */
const cloudHost = /(^|\.)(tmprl\.cloud|api\.temporal\.io)$/;

/** The Web UI of every namespace of Temporal Cloud. */
const cloudWebUiUrl = 'https://cloud.temporal.io';

/** The first line of an error, of which only words are shown: it may quote the file or a variable. */
function sentenceOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : '').split('\n');
  const words = line.slice(0, 200).split(' ');
  const shown = words.map((one) => (/^[(]?[A-Za-z_]{1,30}[):,.]{0,2}$/.test(one) ? one : '…')).join(' ');
  return `these variables, or the file that TEMPORAL_CONFIG_FILE names, cannot be read: ${shown}`;
}

/** Variables that name a file. */
const fileVariables = [
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
];
/** A chain of certificates has some 10 kB. */
const largestFileBytes = 256 * 1024;

/** Which of these variables name files that cannot be read; nothing that is in the files. */
function fileProblems(environment: Environment): ConfigurationProblem[] {
  return fileVariables.flatMap((field) => {
    try {
      const path = environment[field];
      // The configuration file need not be there.
      if (path && !(field === 'TEMPORAL_CONFIG_FILE' && !existsSync(path))) readTextFile(path, largestFileBytes);
      return [];
    } catch (error) {
      if (!(error instanceof TextFileError)) throw error;
      return [{ field, message: `${error.message}. Correct the path, or the rights of the file` }];
    }
  });
}

/** An API key, or a header in its place, that anybody on the way could read. */
function refuseInClear(to: { readonly address?: string; readonly tls: unknown; readonly holdsSecret: boolean }): void {
  const host = (to.address ?? 'localhost').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const isEncrypted = to.tls !== undefined && to.tls !== false;
  if (!to.holdsSecret || isEncrypted || isLoopback(host)) return;
  const message =
    'an API key, or a header that authorizes, goes to Temporal in clear: expected TLS for any address but one of this machine';
  throw new ConfigurationError('Temporal connection', [{ field: 'TEMPORAL_TLS', message }]);
}

/**
 * Where Temporal is: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the others of `@temporalio/envconfig`, read from the given
 * environment.
 * @throws ConfigurationError where those variables or their file cannot be read.
 */
export function loadTemporalConfiguration(
  environment: Environment,
  overrides: TemporalOverrides = {},
): TemporalConfiguration {
  const overrideEnvVars: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) overrideEnvVars[name] = value;
  }
  try {
    const loaded = loadClientConnectConfig({ overrideEnvVars });
    const { tls, metadata, ...rest } = loaded.connectionOptions;
    const address = overrides.address ?? rest.address;
    const namespace = overrides.namespace ?? loaded.namespace ?? 'default';
    const names = Object.keys(metadata ?? {}).map((name) => name.toLowerCase());
    refuseInClear({
      ...defined({ address }),
      tls,
      holdsSecret: rest.apiKey !== undefined || names.includes('authorization'),
    });
    const serverName = typeof tls === 'object' ? tls?.serverNameOverride : undefined;
    return {
      // A regional endpoint of Temporal Cloud serves many namespaces, and some calls name theirs in no other place.
      connectionOptions: {
        ...rest,
        ...defined({ address, tls }),
        metadata: { 'temporal-namespace': namespace, ...metadata },
      },
      namespace,
      isCloud: [address?.replace(/:\d+$/, ''), serverName].some((host) => host !== undefined && cloudHost.test(host)),
    };
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const unreadable = fileProblems(environment);
    if (unreadable.length > 0) throw new ConfigurationError('Temporal connection', unreadable);
    throw new ConfigurationError('Temporal connection', [{ field: 'TEMPORAL_*', message: sentenceOf(error) }]);
  }
}

/** Whether the environment, or the Temporal CLI's own configuration file, names an address. One that cannot be read does. */
export function hasTemporalProfile(environment: Environment): boolean {
  try {
    return loadTemporalConfiguration(environment).connectionOptions.address !== undefined;
  } catch {
    return true;
  }
}

/** The Web UI's base URL where Temporal's address says it: that of Temporal Cloud. */
export function webUiOf({ isCloud }: TemporalConfiguration): string | undefined {
  return isCloud ? cloudWebUiUrl : undefined;
}
