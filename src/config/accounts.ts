import { failure } from '../failures.ts';
import { configurationError } from './errors.ts';
import { checkConfigurationText, readConfigurationText } from './file.ts';
import type { Modes } from './modes.ts';
import type { AccountConfiguration, FileConfiguration } from './schema.ts';

/**
 * What the file says at the moment of the question: its text is read each time, and checked where it is not the same as
 * the last time, since the check of a thousand accounts takes a tenth of a second.
 * @param check throws ConfigurationError.
 */
function createReader(path: string, check: typeof checkConfigurationText): () => FileConfiguration {
  let known: { readonly text: string; readonly configuration: FileConfiguration } | undefined;
  return () => {
    try {
      const text = readConfigurationText(path);
      if (known?.text !== text) known = { text, configuration: check(path, text) };
      return known.configuration;
    } catch (error) {
      const cause = configurationError(path, error);
      throw failure('NotConfigured', `Nothing is submitted, because the mode cannot be read. ${cause.message}`, {
        cause,
      });
    }
  };
}

/**
 * The mode of each account as the file says at the moment of the question. The mode is a safety switch, so the file's
 * time stamp decides nothing: it can stand still while the contents change (restored backups, mounted volumes). A file
 * that is missing or wrong in any place gives no mode, so nothing goes out.
 * @param path the configuration file.
 * @param check what a text says.
 */
export function createModes(path: string, check = checkConfigurationText): Modes {
  const read = createReader(path, check);
  function accountOf(account: string): AccountConfiguration {
    const { accounts } = read();
    const found = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
    if (found !== undefined) return found;
    throw failure('NotConfigured', `Account ${account} has no mode: add accounts.${account}.mode to ${path}.`);
  }
  return {
    modeOf: (account) => accountOf(account).mode,
    dailyCapOf: (account) => accountOf(account).dailyCap,
  };
}
