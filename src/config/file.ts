import { readFileSync } from 'node:fs';
import { YAMLParseError, parse } from 'yaml';
import { ConfigurationError } from './errors.ts';
import { problemsFrom } from './problems.ts';
import { fileSchema, type FileConfiguration } from './schema.ts';

/**
 * The text of the configuration file as it is now.
 * @throws ConfigurationError where it cannot be read.
 */
export function readConfigurationText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigurationError(path, [{ field: '(file)', message: `it cannot be read: ${code}` }]);
  }
}

function parseText(path: string, text: string): unknown {
  try {
    // Keys stay texts: read as numbers, account ids would lose their leading zeros.
    return parse(text, { stringKeys: true }) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    // Its first line says what and where; the lines after it quote the file, which may hold more than it should.
    const message = error.message.split('\n')[0] ?? 'not YAML';
    throw new ConfigurationError(path, [{ field: '(file)', message: `it is not YAML: ${message.replace(/:$/, '')}` }]);
  }
}

/**
 * Checks the text of a configuration file.
 * @param path names it in errors.
 * @throws ConfigurationError with every field at fault; nothing is taken from a file that is wrong in one place.
 */
export function checkConfigurationText(path: string, text: string): FileConfiguration {
  const root = parseText(path, text);
  const result = fileSchema.safeParse(root);
  if (!result.success) throw new ConfigurationError(path, problemsFrom(result.error, root));
  return result.data;
}

/** Reads and checks the configuration file as it is now; throws as both do. */
export function readConfigurationFile(path: string): FileConfiguration {
  return checkConfigurationText(path, readConfigurationText(path));
}
