import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { type ConfigurationError, configurationError } from './errors.ts';
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
  /** The interval between two checks of the file, in milliseconds. */
  readonly checkEveryMs?: number;
}

/** Sections that a running process does not take again: they are sockets, secrets and clients that others hold. */
const fixedSections = [
  'merchants',
  'buyWithPrime',
  'ingress',
  'endpoints',
  'notices',
  'metrics',
  'webUiUrl',
  'encryption',
  'codecServer',
  'worker',
] as const;

/** What the file holds at a moment; two of the same key are the same. */
type Reading =
  { readonly key: string; readonly text: string } | { readonly key: string; readonly problem: ConfigurationError };

function readNow(file: string): Reading {
  try {
    const text = readConfigurationText(file);
    return { key: `text ${text}`, text };
  } catch (error) {
    const problem = configurationError(file, error);
    return { key: `error ${problem.message}`, problem };
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
    added: has.filter((id) => !Object.hasOwn(before.accounts, id)),
    removed: had.filter((id) => !Object.hasOwn(after.accounts, id)),
    changed: has.filter((id) => Object.hasOwn(before.accounts, id) && !isSame(id)),
  };
}

/**
 * Follows the file of a configuration that a process has started with: SIGHUP has it read at once, and its text is
 * compared every few seconds, since the time stamp of a mounted or restored file may stand still. A text is taken when
 * two checks in a row have found it, so that none is taken while it is being written. Whatever is wrong with it, the
 * previous configuration stays in use and the process goes on. A change in a section that is not followed is logged as
 * one that needs a restart.
 */
export function followConfiguration(
  started: Configuration,
  { logger, onChange = () => undefined, checkEveryMs = 2_000 }: FollowOptions,
): FollowedConfiguration {
  const { file } = started;
  let now = started;
  let seen = readNow(file).key;
  let taken: string | undefined;
  let hasFailed = false;
  let changes: Promise<void> = Promise.resolve();

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

  function apply(next: Configuration, isAsked: boolean): void {
    const accounts = accountChanges(now, next);
    const policies = !isDeepStrictEqual(now.policies, next.policies);
    const fixed = fixedSections.filter((section) => !isDeepStrictEqual(started[section], next[section]));
    const hasChanged = policies || Object.values(accounts).some((ids) => ids.length > 0);
    now = next;
    if (hasChanged || isAsked || hasFailed) logger.info({ file, ...accounts, policies }, 'configuration reloaded');
    if (fixed.length > 0) logger.warn({ file, sections: fixed }, 'restart to apply the changes in these sections');
    if (!hasChanged) return;
    changes = changes
      .then(() => onChange(configuration))
      .catch((error: unknown) => logger.error({ err: error }, 'failed to apply a change of the configuration'));
  }

  /** Total: a file can be wrong in more ways than anybody lists, and none of them may end the process. */
  function take(reading: Reading, isAsked: boolean): void {
    taken = reading.key;
    try {
      if ('problem' in reading) throw reading.problem;
      apply(started.reread(reading.text), isAsked);
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      const { problems } = configurationError(file, error);
      const reason = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
      logger.error(
        { file, problems },
        `Configuration reload failed: ${reason}. The previous configuration stays in use.`,
      );
    }
  }

  function check(): void {
    const reading = readNow(file);
    const isStable = reading.key === seen;
    seen = reading.key;
    if (isStable && reading.key !== taken) take(reading, false);
  }

  function reload(): void {
    const reading = readNow(file);
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
