/** One thing that is wrong with the configuration. */
export interface ConfigurationProblem {
  /** Path in the file (`accounts.123456789012.mode`), or the name of an environment variable. */
  readonly field: string;
  /** What was found and what would be right. */
  readonly message: string;
}

/** The configuration cannot be used. The message names every field at fault; no value of a secret is in it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(source: string, problems: readonly ConfigurationProblem[]) {
    super(
      [
        `The configuration (${source}) cannot be used:`,
        ...problems.map((one) => `  ${one.field}: ${one.message}`),
      ].join('\n'),
    );
    this.problems = problems;
  }
}

const longestReason = 200;

/**
 * Gives a ConfigurationError for whatever was thrown while a configuration was made.
 * @param what went wrong, where the error itself does not say it.
 */
export function configurationError(source: string, thrown: unknown, what = ''): ConfigurationError {
  if (thrown instanceof ConfigurationError) return thrown;
  // The lines after the first of a YAML error quote the file, which may hold more than a log should.
  const [reason = ''] = String(thrown instanceof Error ? thrown.message : thrown).split('\n');
  const message = `${what}${reason.replace(/:$/, '').slice(0, longestReason)}`;
  return new ConfigurationError(source, [{ field: '(file)', message }]);
}
