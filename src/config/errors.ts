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
