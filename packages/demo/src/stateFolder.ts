import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The files of a start, all in one folder. */
export interface StateFolder {
  readonly path: string;
  readonly lock: string;
  readonly endpoints: string;
  readonly configuration: string;
  readonly database: string;
  readonly logs: string;
  readonly compileCache: string;
  /** The log of the start itself. */
  readonly startLog: string;
  /** True for `.steward/` of the clone, where the `steward` command finds a start. */
  readonly isDefault: boolean;
}

/** The state folder: STEWARD_HOME, else `.steward/` of the clone. */
export function stateFolder(environment: NodeJS.ProcessEnv): StateFolder {
  const standard = fileURLToPath(new URL('../../../.steward', import.meta.url));
  const path = resolve(environment['STEWARD_HOME'] || standard);
  const logs = join(path, 'logs');
  return {
    path,
    lock: join(path, 'start.lock'),
    endpoints: join(path, 'endpoints.json'),
    configuration: join(path, 'steward.yaml'),
    database: join(path, 'temporal.sqlite'),
    logs,
    compileCache: join(path, 'compile-cache'),
    startLog: join(logs, 'start.log'),
    isDefault: path === standard,
  };
}
