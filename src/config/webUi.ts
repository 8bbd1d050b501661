import { ConfigurationError } from './errors.ts';
import { parseConfigurationText, readConfigurationText } from './file.ts';
import { problemsFrom } from './problems.ts';
import { webUiUrlSchema } from './schema.ts';

/**
 * Reads `webUiUrl` and nothing else of the file: a link needs no secret, and no other section has to be right.
 * @returns undefined where the file names none.
 * @throws ConfigurationError where it is no address, or the file cannot be read.
 */
export function loadWebUiUrl(filePath: string): string | undefined {
  const root = parseConfigurationText(filePath, readConfigurationText(filePath));
  const value: unknown = typeof root === 'object' && root !== null ? Reflect.get(root, 'webUiUrl') : undefined;
  if (value === undefined) return undefined;
  const checked = webUiUrlSchema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = problemsFrom(checked.error, value);
  throw new ConfigurationError(
    filePath,
    problems.map(({ message }) => ({ field: 'webUiUrl', message })),
  );
}
