import { ConfigurationError } from './errors.ts';
import { problemsFrom } from './problems.ts';
import { forbiddenNames, yamlProblem } from './yamlProblems.ts';
import { readYaml } from './yaml.ts';
import { fileSchema, type FileConfiguration } from './schema.ts';
import { readTextFile, TextFileError } from './textFile.ts';

/** Tens of thousands of accounts; what is larger is another file. */
const largestFileBytes = 4 * 1024 * 1024;

/**
 * Reads the text of the configuration file.
 * @throws ConfigurationError where that fails.
 */
export function readConfigurationText(path: string): string {
  try {
    return readTextFile(path, largestFileBytes);
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    throw new ConfigurationError(path, [{ field: '(file)', message: error.message }]);
  }
}

/**
 * Reads YAML, of which nothing is checked yet.
 * @param path names it in errors.
 * @throws ConfigurationError where it is none.
 */
export function parseConfigurationText(path: string, text: string): unknown {
  const { document, lines } = readYaml(text);
  try {
    // After a warning (an unknown tag) a value would not mean what its author meant.
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    const forbidden = forbiddenNames(document);
    if (forbidden.length > 0) throw new ConfigurationError(path, forbidden);
    return document.toJS();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(path, [yamlProblem(error, lines)]);
  }
}

/**
 * Checks the text of a configuration file.
 * @param path names it in errors.
 * @throws ConfigurationError with every field at fault; a file that is wrong in one place gives nothing.
 */
export function checkConfigurationText(path: string, text: string): FileConfiguration {
  const root = parseConfigurationText(path, text);
  if (typeof root !== 'object' || root === null || Object.keys(root).length === 0) {
    const message = 'the file holds no setting. An empty file is not a configuration; "accounts: {}" says: no account';
    throw new ConfigurationError(path, [{ field: '(file)', message }]);
  }
  const result = fileSchema.safeParse(root);
  if (!result.success) throw new ConfigurationError(path, problemsFrom(result.error, root));
  return result.data;
}
