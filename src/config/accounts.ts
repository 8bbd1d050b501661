import { failure } from '../failures.ts';
import { configurationError } from './errors.ts';
import { checkConfigurationText, readConfigurationText } from './file.ts';
import type { Modes } from './modes.ts';
import type { AccountConfiguration, FileConfiguration } from './schema.ts';

function readNow(path: string): FileConfiguration {
  try {
    return checkConfigurationText(path, readConfigurationText(path));
  } catch (error) {
    const cause = configurationError(path, error);
    throw failure('NotConfigured', `Nothing is submitted, because the mode cannot be read. ${cause.message}`, {
      cause,
    });
  }
}

/**
 * The mode of each account as the file says at the moment of the question. The mode is a safety switch, so nothing is
 * remembered: the file is small, a submit is rare, and a file's time stamp can stand still while its contents change
 * (restored backups, mounted volumes). A file that is missing or wrong in any place gives no mode, so nothing goes out.
 * @param path the configuration file.
 */
export function createModes(path: string): Modes {
  function accountOf(account: string): AccountConfiguration {
    const { accounts } = readNow(path);
    const found = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
    if (found !== undefined) return found;
    throw failure('NotConfigured', `Account ${account} has no mode: add accounts.${account}.mode to ${path}.`);
  }
  return {
    modeOf: (account) => accountOf(account).mode,
    dailyCapOf: (account) => accountOf(account).dailyCap,
  };
}
