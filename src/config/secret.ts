import { createHmac, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { ConfigurationProblem } from './errors.ts';

/** Of this process alone, so that a mark says nothing about its secret to anybody else. */
const markKey = randomBytes(32);

/** A secret's value that no log, error or JSON shows by accident: only `reveal()` gives it. */
export class Secret {
  /** Name of the environment variable that it came from: what an error may say. */
  readonly variable: string;
  /** Equal for equal values in this process: whether a secret has changed shows without its value. */
  readonly mark: string;
  readonly #value: string;

  constructor(variable: string, value: string) {
    this.variable = variable;
    this.mark = createHmac('sha256', markKey).update(value).digest('base64');
    this.#value = value;
  }

  /** The value itself, for the one place that sends or compares it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `[secret from ${this.variable}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Gives the secret of an environment variable; `field` is the setting that names it. A missing one is a problem. */
export type ReadSecret = (variable: string, field: string) => Secret;

/** Takes secrets from the environment, and remembers those that are missing so that all can be named at once. */
export function secretReader(environment: Readonly<NodeJS.ProcessEnv>, problems: ConfigurationProblem[]): ReadSecret {
  return (variable, field) => {
    const value = environment[variable];
    if (value === undefined || value === '') {
      problems.push({ field: variable, message: `this environment variable is not set, and ${field} names it` });
    }
    return new Secret(variable, value ?? '');
  };
}
