import { readFileSync } from 'node:fs';
import { YAMLParseError, parse } from 'yaml';
import { ConfigurationError } from './errors.ts';
import { problemsFrom } from './problems.ts';
import { fileSchema, type FileConfiguration } from './schema.ts';

function readText(path: string): string {
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
 * Reads and checks the configuration file as it is now.
 * @throws ConfigurationError with every field at fault; nothing is taken from a file that is wrong in one place.
 */
export function readConfigurationFile(path: string): FileConfiguration {
  const root = parseText(path, readText(path));
  const result = fileSchema.safeParse(root);
  if (!result.success) throw new ConfigurationError(path, problemsFrom(result.error, root));
  return result.data;
}
