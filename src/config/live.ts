import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { ConfigurationError } from './errors.ts';
import { readConfigurationText } from './file.ts';
import type { Configuration } from './load.ts';

/** A configuration that follows its file. */
export interface FollowedConfiguration {
  /**
   * What holds at the moment of reading: `accounts`, `accountCredentials` and `policies` are as the file says by then, so
   * they are read where they are used and never kept; all else is as it was at the start.
   */
  readonly configuration: Configuration;
  /** Follows no more; what held last goes on to hold. */
  close(): void;
}

/** How a configuration is followed. */
export interface FollowOptions {
  readonly logger: Logger;
  /** Is called when accounts or policies have changed, one change after another. What it throws is logged. */
  readonly onChange?: (configuration: Configuration) => Promise<void> | void;
  /** Between two checks the file, in milliseconds. */
  readonly checkEveryMs?: number;
}

/** Sections that a running process does not take again: they are sockets, secrets and clients that others hold. */
const fixedSections = ['merchants', 'buyWithPrime', 'ingress', 'endpoints', 'notices', 'metrics', 'webUiUrl'] as const;

/** What the file holds at a moment; two of the same key are the same. */
interface Reading {
  readonly key: string;
  /** Throws ConfigurationError. */
  readonly configuration: () => Configuration;
}

function readNow({ file, reread }: Configuration): Reading {
  try {
    const text = readConfigurationText(file);
    return { key: `text ${text}`, configuration: () => reread(text) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return {
      key: `error ${error.message}`,
      configuration: () => {
        throw error;
      },
    };
  }
}

/** What a reading gives; where it is wrong, that is told with every field at fault. */
function checked({ configuration }: Reading, file: string, logger: Logger): Configuration | undefined {
  try {
    return configuration();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    logger.error({ file, problems: error.problems }, 'the changed configuration is wrong: the former one stays');
    return undefined;
  }
}

/** The accounts that one configuration has and the other has not, or has otherwise. */
function accountChanges(before: Configuration, after: Configuration) {
  const had = Object.keys(before.accounts);
  const has = Object.keys(after.accounts);
  const isSame = (id: string): boolean =>
    isDeepStrictEqual(before.accounts[id], after.accounts[id]) &&
    isDeepStrictEqual(before.accountCredentials[id], after.accountCredentials[id]);
  return {
    added: has.filter((id) => !had.includes(id)),
    removed: had.filter((id) => !has.includes(id)),
    changed: has.filter((id) => had.includes(id) && !isSame(id)),
  };
}

/**
 * Follows the file of a configuration that a process has started with: SIGHUP has it read at once, and its text is
 * compared every few seconds, since the time stamp of a mounted or restored file may stand still. A text is taken when
 * two checks in a row have found it, so that none is taken while it is being written. Of a file that is wrong in any place
 * nothing is taken. A change in a section that is not followed is logged as one that needs a restart.
 */
export function followConfiguration(
  started: Configuration,
  { logger, onChange = () => undefined, checkEveryMs = 2_000 }: FollowOptions,
): FollowedConfiguration {
  const { file } = started;
  let now = started;
  let seen = readNow(started).key;
  let taken: string | undefined;
  let wasWrong = false;
  let told: Promise<void> = Promise.resolve();

  const configuration: Configuration = {
    ...started,
    get accounts() {
      return now.accounts;
    },
    get accountCredentials() {
      return now.accountCredentials;
    },
    get policies() {
      return now.policies;
    },
  };

  function take(reading: Reading, isAsked: boolean): void {
    taken = reading.key;
    const next = checked(reading, file, logger);
    const wasWrongBefore = wasWrong;
    wasWrong = next === undefined;
    if (next === undefined) return;
    const accounts = accountChanges(now, next);
    const policies = !isDeepStrictEqual(now.policies, next.policies);
    const hasChanged = policies || Object.values(accounts).some((ids) => ids.length > 0);
    now = next;
    if (hasChanged || isAsked || wasWrongBefore)
      logger.info({ file, ...accounts, policies }, 'the configuration was read again');
    const fixed = fixedSections.filter((section) => !isDeepStrictEqual(started[section], next[section]));
    if (fixed.length > 0) logger.warn({ file, sections: fixed }, 'these sections changed, which needs a restart');
    if (hasChanged) tell();
  }

  function tell(): void {
    told = told
      .then(() => onChange(configuration))
      .catch((error: unknown) =>
        logger.error({ err: error }, 'a change of the configuration could not be carried out'),
      );
  }

  function check(): void {
    const reading = readNow(started);
    const stands = reading.key === seen;
    seen = reading.key;
    if (stands && reading.key !== taken) take(reading, false);
  }

  function reload(): void {
    const reading = readNow(started);
    seen = reading.key;
    take(reading, true);
  }

  const checking = setInterval(check, checkEveryMs).unref();
  process.on('SIGHUP', reload);
  return {
    configuration,
    close() {
      clearInterval(checking);
      process.off('SIGHUP', reload);
    },
  };
}
