import { createHash } from 'node:crypto';

/** Temporal's four roles, in the order in which they start: the first prepares the database for the others. */
export const roleNames = ['frontend', 'history', 'matching', 'worker'] as const;

/** One of {@link roleNames}. */
export type RoleName = (typeof roleNames)[number];

/** The ports of a cluster, all on loopback; fixed once it has started for the first time. */
export interface ClusterPorts {
  readonly postgresql: number;
  readonly roles: Readonly<Record<RoleName, { readonly grpc: number; readonly membership: number }>>;
  readonly frontendHttp: number;
  readonly simulator: number;
  readonly ingresses: [number, number];
}

const loopback = '127.0.0.1';

/** Far from Temporal's own and the demo's, and below those that systems give to connections. */
const firstPort = 17_300;
/** Of one cluster, and some that are taken. */
const portsEach = 20;
const places = 100;

/** From where on a cluster in this folder chooses: two whose processes start one after the other keep apart. */
export function firstPortOf(folder: string, isUsual: boolean): number {
  if (isUsual) return firstPort;
  const [first = 0] = createHash('sha256').update(folder).digest();
  return firstPort + portsEach * (1 + (first % places));
}

/**
 * Chooses ports that nobody listens on, one after the other.
 * @param next a free port, from the given one on
 * @param first where to begin
 */
export async function choosePorts(
  next: (from: number) => Promise<number>,
  first: number = firstPort,
): Promise<ClusterPorts> {
  let from = first;
  const take = async (): Promise<number> => {
    const port = await next(from);
    from = port + 1;
    return port;
  };
  const role = async () => ({ grpc: await take(), membership: await take() });
  return {
    postgresql: await take(),
    roles: { frontend: await role(), history: await role(), matching: await role(), worker: await role() },
    frontendHttp: await take(),
    simulator: await take(),
    ingresses: [await take(), await take()],
  };
}

/** `host:port` of the frontend. */
export function frontendAddress(ports: ClusterPorts): string {
  return `${loopback}:${ports.roles.frontend.grpc}`;
}

/** The user of the database and its password: PostgreSQL listens on loopback and trusts who reaches it there. */
export const database = { user: 'temporal', password: 'trusted', host: loopback } as const;

/** As docker-compose.yml has it: fixed for the life of the database. */
const historyShards = 64;

/**
 * The variables of a role, which Temporal's embedded configuration reads: those of docker-compose.yml, on ports of their own.
 * @param dynamicConfigFile its full path
 */
export function roleEnvironment(ports: ClusterPorts, dynamicConfigFile: string): Readonly<Record<string, string>> {
  const ofRoles = roleNames.flatMap((name) => {
    const { grpc, membership } = ports.roles[name];
    const prefix = name.toUpperCase();
    return [
      [`${prefix}_GRPC_PORT`, String(grpc)],
      [`${prefix}_MEMBERSHIP_PORT`, String(membership)],
    ];
  });
  return {
    DB: 'postgres12',
    DB_PORT: String(ports.postgresql),
    POSTGRES_SEEDS: database.host,
    POSTGRES_USER: database.user,
    POSTGRES_PWD: database.password,
    DBNAME: 'temporal',
    VISIBILITY_DBNAME: 'temporal_visibility',
    NUM_HISTORY_SHARDS: String(historyShards),
    BIND_ON_IP: loopback,
    DYNAMIC_CONFIG_FILE_PATH: dynamicConfigFile,
    PUBLIC_FRONTEND_ADDRESS: frontendAddress(ports),
    FRONTEND_HTTP_PORT: String(ports.frontendHttp),
    LOG_LEVEL: 'warn',
    ...Object.fromEntries(ofRoles),
  };
}

/** The variables that deploy/createSchema.sh needs. */
export function schemaEnvironment(ports: ClusterPorts): Readonly<Record<string, string>> {
  return {
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: database.host,
    SQL_PORT: String(ports.postgresql),
    SQL_USER: database.user,
    SQL_PASSWORD: database.password,
  };
}

/**
 * The server's dynamic configuration with settings beside its own.
 * @param text a file as deploy/dynamicConfig.yaml
 * @param settings `key=value`; one that the file has stays as it is there
 */
export function withSettings(text: string, settings: readonly string[]): string {
  const added = settings.flatMap((setting) => {
    const [key = '', value = ''] = setting.split('=');
    return text.includes(`\n${key}:`) ? [] : [`${key}:\n  - value: ${value}\n`];
  });
  return [text, ...added].join('\n');
}
