import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';
import { claimDatabase } from './lock.ts';
import { choosePort } from '../ports.ts';
import { startServerProcess } from './serverProcess.ts';
import type { ServerProcess } from './serverProcess.ts';
import { findTemporalServer } from './temporalBinary.ts';
import { ensureNamespace, setRetention } from './temporalNamespace.ts';

/** How to run the dev server. */
export interface TemporalServerOptions {
  /** The SQLite file that keeps the histories from start to start; left out: in memory. */
  databaseFile?: string;
  /** Wanted; where it is taken, the next free one. Left out: any free port. */
  port?: number;
  /** The Web UI's port, likewise; false: no Web UI. */
  uiPort?: number | false;
  /** URL of the codec server that the Web UI uses. */
  uiCodecEndpoint?: string;
  namespace?: string;
  searchAttributes?: Readonly<Record<string, SearchAttributeType>>;
  /** How many days a closed workflow's history is kept. */
  retentionDays?: number;
  /** `key=value` of the server's dynamic configuration, beside those that every server has. */
  settings?: readonly string[];
  log?: (line: string) => void;
}

/** A Temporal server that answers. */
export interface RunningTemporal {
  /** `host:port` */
  address: string;
  uiUrl: string | undefined;
  namespace: string;
  /** Which server it is and where it came from, for a log line. */
  source: string;
  /** Ends the server where it was started here; resolves when its process is gone. */
  stop(): Promise<void>;
}

const loopback = '127.0.0.1';
const readyWithinMs = 30_000;
const pollMs = 100;
const graceMs = 10_000;
const startAttempts = 3;
const defaultRetentionDays = 90;

/** The CLI's names of the types, as its flag --search-attribute takes them. */
const attributeTypeNames = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
} as const satisfies Record<SearchAttributeType, string>;

/**
 * The server's limits per namespace are made for many tenants; here they would only slow tests and bursts. Without the last
 * one it goes by priorities, and leaves tasks of one priority in the order in which they came, whose account they are of.
 */
export const serverSettings: readonly string[] = [
  'frontend.namespaceRPS=100000',
  'frontend.namespaceRPS.visibility=10000',
  'frontend.namespaceBurstRatio.visibility=1',
  'frontend.rps.namespaceReplicationInducingAPIs=10000',
  'frontend.namespaceRPS.namespaceReplicationInducingAPIs=10000',
  'frontend.namespaceCount=100000',
  'matching.enableFairness=true',
];

/**
 * Starts Temporal's dev server on loopback (found as {@link findTemporalServer} says) and waits until it serves its
 * namespace. Where STEWARD_TEMPORAL_ADDRESS names a running server, that one is used and never stopped.
 *
 * @throws TemporalUnavailable where there is none; Error where it does not serve within 30 s, with the last
 * lines it wrote, and where another process that runs uses the same database file
 */
export async function startTemporalServer(options: TemporalServerOptions = {}): Promise<RunningTemporal> {
  const log = options.log ?? (() => {});
  const namespace = options.namespace ?? 'default';
  const retentionDays = options.retentionDays ?? defaultRetentionDays;
  const binary = await findTemporalServer({ log });
  if (binary.kind === 'address') {
    const { address, source } = binary;
    await untilServing(address, (connection) => ensureNamespace(connection, namespace, retentionDays));
    return { address, uiUrl: undefined, namespace, source, stop: async () => {} };
  }

  const ownership = options.databaseFile === undefined ? undefined : await claimDatabase(options.databaseFile, log);
  try {
    const { server, address, uiUrl } = await startOnFreePorts(binary.path, options, (pid) =>
      ownership?.recordServer(pid),
    );
    let stopped: Promise<void> | undefined;
    void server.ended.then(() => {
      if (stopped === undefined) log(`the Temporal server ended unexpectedly; its last lines:\n${server.lastLines()}`);
    });
    const stop = () => (stopped ??= server.stop(graceMs).then(() => ownership?.release()));
    return { address, uiUrl, namespace, source: binary.source, stop };
  } catch (error) {
    ownership?.release();
    throw error;
  }
}

/** A free port can be taken between the check and the server's own bind: then once more with other ports. */
async function startOnFreePorts(
  path: string,
  options: TemporalServerOptions,
  onProcess: (pid: number) => void,
): Promise<Pick<RunningTemporal, 'address' | 'uiUrl'> & { server: ServerProcess }> {
  const log = options.log ?? (() => {});
  const namespace = options.namespace ?? 'default';
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort('Temporal', options.port ?? 0, log);
    const uiPort =
      options.uiPort === false ? undefined : await choosePort("Temporal's Web UI", options.uiPort ?? 0, log);
    const server = await startServerProcess(path, serverArguments(options, namespace, port, uiPort));
    onProcess(server.pid);
    const address = `${loopback}:${port}`;
    try {
      const days = options.retentionDays ?? defaultRetentionDays;
      await untilServing(address, (connection) => setRetention(connection, namespace, days), server);
      onProcess(server.pid);
      return { server, address, uiUrl: uiPort === undefined ? undefined : `http://${loopback}:${uiPort}` };
    } catch (error) {
      await server.stop(graceMs);
      if (attempt >= startAttempts || !/address already in use/i.test(server.lastLines())) throw error;
    }
  }
}

function serverArguments(
  options: TemporalServerOptions,
  namespace: string,
  port: number,
  uiPort: number | undefined,
): string[] {
  const args = ['server', 'start-dev', '--ip', loopback, '--port', String(port), '--log-level', 'warn'];
  args.push('--namespace', namespace);
  if (uiPort === undefined) args.push('--headless');
  else args.push('--ui-port', String(uiPort));
  if (options.uiCodecEndpoint !== undefined) args.push('--ui-codec-endpoint', options.uiCodecEndpoint);
  if (options.databaseFile !== undefined) {
    args.push('--db-filename', options.databaseFile);
    args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
  }
  for (const setting of [...serverSettings, ...(options.settings ?? [])]) args.push('--dynamic-config-value', setting);
  for (const [name, type] of Object.entries(options.searchAttributes ?? {})) {
    args.push('--search-attribute', `${name}=${attributeTypeNames[type]}`);
  }
  return args;
}

/** Repeats `prepare` on a new connection until it succeeds; gives up after 30 s or when the server has ended. */
async function untilServing(
  address: string,
  prepare: (connection: Connection) => Promise<void>,
  server?: ServerProcess,
): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    let problem: unknown;
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      try {
        return await prepare(connection);
      } finally {
        await connection.close();
      }
    } catch (error) {
      problem = error;
    }
    const ended = server?.hasEnded() ?? false;
    if (ended || Date.now() > deadline) {
      const how = ended ? 'ended instead of serving' : `did not serve within ${readyWithinMs / 1_000} s`;
      const output = server === undefined ? String(problem) : `Its last lines:\n${server.lastLines()}`;
      throw new Error(`the Temporal server at ${address} ${how}. ${output}`, { cause: problem });
    }
    await delay(pollMs);
  }
}
