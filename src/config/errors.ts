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

/**
 * Gives a ConfigurationError for whatever was thrown while a configuration was made. What is none is shown by its name
 * alone: its message may quote the file or a variable.
 */
export function configurationError(source: string, thrown: unknown): ConfigurationError {
  if (thrown instanceof ConfigurationError) return thrown;
  const name = thrown instanceof Error ? thrown.constructor.name : typeof thrown;
  return new ConfigurationError(source, [{ field: '(file)', message: `it cannot be read (${name.slice(0, 60)})` }]);
}
