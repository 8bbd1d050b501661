import { defined } from '../defined.ts';
import { codecServerOf, type CodecServerConfiguration } from './codecServer.ts';
import { encryptionOf, type Encryption } from './encryption.ts';
import { configurationError, ConfigurationError, type ConfigurationProblem } from './errors.ts';
import { checkConfigurationText, readConfigurationText } from './file.ts';
import { ingressAuthentication, type IngressAuthentication } from './ingressCredentials.ts';
import { askingRoutes, noticesOf, routeProblems, topicsOf, type NoticeConfiguration } from './notices.ts';
import type { AskingRoute } from '../workflows/morningDigest/contract.ts';
import type { NoticeTopic } from '../workflows/shared/notices.ts';
import type { Policies } from './policySchema.ts';
import { queuesOf, type QueueConfiguration } from './queues.ts';
import type { AccountConfiguration, FileConfiguration } from './schema.ts';
import { secretReader, type ReadSecret, type Secret } from './secret.ts';
import type { SecretUse } from './secretUses.ts';
import { telemetryOf, type TelemetryConfiguration } from './telemetry.ts';
import type { WorkerConfiguration } from './workerSchema.ts';
import {
  loadTemporalConfiguration,
  webUiOf,
  type Environment,
  type TemporalConfiguration,
  type TemporalOverrides,
} from './temporal.ts';

/** How a Buy with Prime merchant's token is had. */
interface MerchantConfiguration {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** An access key of an account. */
interface AccountCredentials {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
}

/** An account, and the topics of which some route takes notices about it; absent where there are none. */
interface RoutedAccount extends AccountConfiguration {
  readonly topics?: readonly NoticeTopic[];
}

/** What a process runs with: the file and the environment, checked, with defaults filled in. */
export interface Configuration {
  /** Path of the file: modes are read from it again at every submit. */
  readonly file: string;
  readonly accounts: Readonly<Record<string, RoutedAccount>>;
  /** By account; one that is absent has those of the AWS SDK's own chain. With a role, they are those that assume it. */
  readonly accountCredentials: Readonly<Record<string, AccountCredentials>>;
  /** By businessProductId. */
  readonly merchants: Readonly<Record<string, MerchantConfiguration>>;
  readonly buyWithPrime: FileConfiguration['buyWithPrime'];
  readonly ingress: IngressAuthentication & {
    readonly host: string;
    readonly port: number;
    /** Proxies whose X-Forwarded-For says who sends: addresses and networks. */
    readonly trustedProxies: readonly string[];
    /** Certificate and key in PEM files; plain HTTP where it is absent. */
    readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
    /** None in a process that takes no events of queues. */
    readonly queues: readonly QueueConfiguration[];
  };
  /** Addresses that replace the vendors' own. */
  readonly endpoints: FileConfiguration['endpoints'];
  readonly policies: Policies;
  /** `host:port` where metrics can be scraped; none where it is absent. */
  readonly metrics: FileConfiguration['metrics'];
  /** Without channels in a process that sends none. */
  readonly notices: NoticeConfiguration;
  /** The routes that ask for a morning digest: every process knows them, and only some send notices. */
  readonly morningDigests: readonly AskingRoute[];
  /** Base of links into the Temporal Web UI; Temporal Cloud's own where the file names none. */
  readonly webUiUrl?: string;
  /** How what Temporal stores is encrypted; absent where it is not. */
  readonly encryption?: Encryption;
  /** Absent where there is none, and in a process that is none. */
  readonly codecServer?: CodecServerConfiguration;
  readonly telemetry: TelemetryConfiguration;
  readonly worker: WorkerConfiguration;
  readonly temporal: TemporalConfiguration;
  /** The files that secrets were read from, by this text of the file or another one since the process started. */
  readonly secretFiles: ReadonlySet<string>;
  /**
   * The configuration that another text of the file would have given, with the same environment and for the same uses.
   * @throws ConfigurationError, and nothing else.
   */
  readonly reread: (text: string) => Configuration;
}

function merchantsOf(file: FileConfiguration, read: ReadSecret, needed: boolean): Configuration['merchants'] {
  return Object.fromEntries(
    Object.entries(needed ? file.merchants : {}).map(([id, { clientId, clientSecretVariable }]) => [
      id,
      { clientId, clientSecret: read(clientSecretVariable, `merchants.${id}.clientSecretVariable`) },
    ]),
  );
}

function accountCredentialsOf(
  file: FileConfiguration,
  read: ReadSecret,
  needed: boolean,
): Configuration['accountCredentials'] {
  return Object.fromEntries(
    Object.entries(needed ? file.accounts : {}).flatMap(([id, { credentials }]) => {
      if (credentials === undefined) return [];
      const field = `accounts.${id}.credentials`;
      const accessKeyId = read(credentials.accessKeyIdVariable, `${field}.accessKeyIdVariable`);
      const secretAccessKey = read(credentials.secretAccessKeyVariable, `${field}.secretAccessKeyVariable`);
      return [[id, { accessKeyId, secretAccessKey }]];
    }),
  );
}

/** Every process knows the topics, so that what no route takes costs nothing. */
function accountsOf({ accounts, notices }: FileConfiguration): Configuration['accounts'] {
  return Object.fromEntries(
    Object.entries(accounts).map(([id, account]) => {
      const topics = topicsOf(id, notices.routes);
      return [id, topics.length === 0 ? account : { ...account, topics }];
    }),
  );
}

/**
 * Reads the one configuration of a process.
 * @param filePath replaces the environment's STEWARD_CONFIG.
 * @param uses whose secrets the process needs; those of others are neither asked for nor held.
 * @param overrides where Temporal is, in place of what the environment says.
 * @throws ConfigurationError that names every field and every variable at fault, and no secret's value.
 */
export function loadConfiguration(
  environment: Environment,
  filePath: string | undefined = environment['STEWARD_CONFIG'],
  uses: readonly SecretUse[] = ['ingress', 'queues', 'merchants', 'accounts', 'notices'],
  overrides: TemporalOverrides = {},
): Configuration {
  if (filePath === undefined || filePath === '') {
    const message = 'this environment variable is not set; it or --config names the YAML file of the configuration';
    throw new ConfigurationError('environment', [{ field: 'STEWARD_CONFIG', message }]);
  }
  const secretFiles = new Set<string>();
  const reread = (text: string): Configuration => {
    try {
      return configurationOf(text, { environment, filePath, uses, overrides, reread, secretFiles });
    } catch (error) {
      throw configurationError(filePath, error);
    }
  };
  return reread(readConfigurationText(filePath));
}

interface Source extends Pick<Configuration, 'reread'> {
  readonly secretFiles: Set<string>;
  readonly environment: Environment;
  readonly filePath: string;
  readonly uses: readonly SecretUse[];
  readonly overrides: TemporalOverrides;
}

function configurationOf(text: string, source: Source): Configuration {
  const { environment, filePath, uses, overrides, reread, secretFiles } = source;
  const file = checkConfigurationText(filePath, text);
  const problems: ConfigurationProblem[] = [...routeProblems(file)];
  const read = secretReader({ environment, files: secretFiles }, problems);
  const { host, port, trustedProxies, tls } = file.ingress;
  const authentication = ingressAuthentication(file.ingress, read, uses.includes('ingress'));
  const queues = queuesOf(file, read, problems, uses.includes('queues'));
  const merchants = merchantsOf(file, read, uses.includes('merchants'));
  const accountCredentials = accountCredentialsOf(file, read, uses.includes('accounts'));
  const notices = uses.includes('notices') ? noticesOf(file.notices, read) : { channels: {}, routes: [] };
  // Every process reads and writes what Temporal stores.
  const encryption = file.encryption && encryptionOf(file.encryption, read, problems);
  const telemetry = telemetryOf(file.telemetry, read);
  const codecServer =
    file.codecServer && uses.includes('codecServer') ? codecServerOf(file.codecServer, read) : undefined;
  if (problems.length > 0) throw new ConfigurationError(filePath, problems);
  const temporal = loadTemporalConfiguration(environment, overrides);
  const { encryption: _encryption, codecServer: _codecServer, ...settings } = file;
  return {
    ...settings,
    ...defined({ encryption, codecServer }),
    telemetry,
    file: filePath,
    accounts: accountsOf(file),
    accountCredentials,
    merchants,
    notices,
    morningDigests: askingRoutes(file.notices.routes),
    ingress: { host, port, trustedProxies, ...defined({ tls }), queues, ...authentication },
    temporal,
    ...defined({ webUiUrl: file.webUiUrl ?? webUiOf(temporal) }),
    reread,
    secretFiles,
  };
}
