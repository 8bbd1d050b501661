import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { refuseToLoseAll } from './emptied.ts';
import { configurationError, type ConfigurationError } from './errors.ts';
import { readConfigurationText } from './file.ts';
import type { Configuration } from './load.ts';
import { markOf, readSecretFile } from './secret.ts';

/** A configuration that follows its file. */
export interface FollowedConfiguration {
  /**
   * What holds at the moment of reading: accounts and their credentials, policies, merchants, notices, and what the ingress
   * admits and receives from are as the file says by then, so they are read where they are used and never kept; all else
   * is as it was at the start.
   */
  readonly configuration: Configuration;
  /** Follows no more; what held last goes on to hold. */
  close(): void;
}

/** How a configuration is followed. */
export interface FollowOptions {
  readonly logger: Logger;
  /** Is called when something that is followed has changed, one change after another. What it throws is logged. */
  readonly onChange?: (configuration: Configuration) => Promise<void> | void;
  /** The interval between two checks of the file, in milliseconds. */
  readonly checkEveryMs?: number;
}

/** Parts of a configuration by their names, as logs show them. */
type Parts = Readonly<Record<string, unknown>>;

/** What is followed beside accounts and policies. */
function followedParts({ merchants, notices, morningDigests, ingress }: Configuration): Parts {
  const { credentials, signatures, queues } = ingress;
  return {
    merchants,
    notices,
    morningDigests,
    'ingress.credentials': credentials,
    'ingress.signatures': signatures,
    'ingress.sqs': queues,
  };
}

/** What is followed, compared as `ingress`, or not of the file. */
const notFixed: ReadonlySet<string> = new Set([
  'accounts',
  'accountCredentials',
  'policies',
  'merchants',
  'notices',
  'morningDigests',
  'ingress',
  'temporal',
  'file',
  'secretFiles',
  'reread',
] satisfies Array<keyof Configuration>);
const followedOfIngress: ReadonlySet<string> = new Set(['credentials', 'signatures', 'queues'] satisfies Array<
  keyof Configuration['ingress']
>);

/** Everything else, which a running process does not take again: sockets, keys and clients that others hold. */
function fixedParts(configuration: Configuration): Parts {
  const ofIngress = Object.entries(configuration.ingress)
    .filter(([name]) => !followedOfIngress.has(name))
    .map(([name, value]) => [`ingress.${name}`, value] as const);
  const others = Object.entries(configuration).filter(([name]) => !notFixed.has(name));
  return Object.fromEntries([...ofIngress, ...others]);
}

/** The names of the parts that differ. */
function changedParts(before: Parts, after: Parts): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

/** What the file holds at a moment; two of the same key are the same. */
type Reading =
  { readonly key: string; readonly text: string } | { readonly key: string; readonly problem: ConfigurationError };

/** A mark of a secret's file, or what is wrong with it: the check that reads it for its secret says that again. */
function markOfFile(path: string): string {
  try {
    return markOf(readSecretFile(path));
  } catch (error) {
    return String(error);
  }
}

function readNow({ file, secretFiles }: Configuration): Reading {
  try {
    const text = readConfigurationText(file);
    return { key: JSON.stringify([text, ...[...secretFiles].map(markOfFile)]), text };
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
 * Follows the file of a configuration that a process has started with, and the files of its secrets: SIGHUP has them read
 * at once, and their texts are compared every few seconds, since the time stamp of a mounted or restored file may stand still. They are taken when
 * two checks in a row have found the same, so that none is taken while it is being written. Whatever is wrong with them, the
 * previous configuration stays in use and the process goes on; so it does where nothing of its kind would be left. A change of
 * what is not followed is logged as one that needs a restart.
 */
export function followConfiguration(
  started: Configuration,
  { logger, onChange = () => undefined, checkEveryMs = 2_000 }: FollowOptions,
): FollowedConfiguration {
  const { file } = started;
  let now = started;
  let seen = readNow(started).key;
  let taken: string | undefined;
  let hasFailed = false;
  let reported = '';
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
    get merchants() {
      return now.merchants;
    },
    get notices() {
      return now.notices;
    },
    get morningDigests() {
      return now.morningDigests;
    },
    get ingress() {
      const { credentials, signatures, queues } = now.ingress;
      return { ...started.ingress, credentials, signatures, queues };
    },
  };

  function apply(next: Configuration, isAsked: boolean): void {
    const accounts = accountChanges(now, next);
    refuseToLoseAll(file, now, next);
    const policies = !isDeepStrictEqual(now.policies, next.policies);
    const sections = changedParts(followedParts(now), followedParts(next));
    const fixed = changedParts(fixedParts(started), fixedParts(next));
    const hasChanged = policies || [sections, ...Object.values(accounts)].some((names) => names.length > 0);
    now = next;
    if (hasChanged || isAsked || hasFailed) {
      logger.info({ file, ...accounts, policies, sections }, 'configuration reloaded');
    }
    const { removed } = accounts;
    if (removed.length > 0)
      logger.warn({ file, removed }, 'accounts removed: their events are held, nothing is submitted');
    if (fixed.length > 0) logger.warn({ file, sections: fixed }, `needs a restart to take effect: ${fixed.join(', ')}`);
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
      reported = '';
    } catch (error) {
      hasFailed = true;
      const { problems } = configurationError(file, error);
      const reason = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
      // A file of a secret that a text names for the first time is followed from then on: the same text is taken once more.
      const found = JSON.stringify(['text' in reading ? reading.text : reading.key, reason]);
      if (found === reported && !isAsked) return;
      reported = found;
      logger.error(
        { file, problems },
        `Configuration reload failed: ${reason}. The previous configuration stays in use.`,
      );
    }
  }

  function check(): void {
    const reading = readNow(started);
    const isStable = reading.key === seen;
    seen = reading.key;
    if (isStable && reading.key !== taken) take(reading, false);
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
