import { createHmac, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { ConfigurationProblem } from './errors.ts';
import { readTextFile, TextFileError } from './textFile.ts';

/** Of this process alone, so that a mark says nothing about its secret to anybody else. */
const markKey = randomBytes(32);

/** Every value that a secret of this process has or had, with how JSON writes it. */
const values = new Map<string, string>();
/** Reloads bring new ones; the oldest is forgotten beyond that. */
const mostValues = 1_000;
/** In characters: what is shorter, or a number, may stand in a text for anything else. */
const leastHidden = 8;

function remember(value: string): void {
  if (value.length < leastHidden || /^\d*$/.test(value)) return;
  values.delete(value);
  values.set(value, JSON.stringify(value).slice(1, -1));
  const [oldest] = values.keys();
  if (values.size > mostValues && oldest !== undefined) values.delete(oldest);
}

const hidden = '[hidden]';

/** A text without any secret of this process's configuration, for logs: whatever wrote the text. */
export function withoutSecrets(text: string): string {
  let left = text;
  for (const [value, escaped] of values) {
    if (left.includes(value)) left = left.replaceAll(value, hidden);
    if (left.includes(escaped)) left = left.replaceAll(escaped, hidden);
  }
  return left;
}

/** The same of a text in JSON, which stays JSON. */
export function jsonWithoutSecrets(json: string): string {
  let left = json;
  for (const escaped of values.values()) if (left.includes(escaped)) left = left.replaceAll(escaped, hidden);
  return left;
}

/** Equal for equal values in this process: whether a secret has changed shows without its value. */
export function markOf(value: string): string {
  return createHmac('sha256', markKey).update(value).digest('base64');
}

/** A secret's value that no log, error or JSON shows by accident: only `reveal()` gives it. */
export class Secret {
  /** Name of the environment variable that it came from, or that named its file: what an error may say. */
  readonly variable: string;
  /** `markOf` its value. */
  readonly mark: string;
  readonly #value: string;

  constructor(variable: string, value: string) {
    this.variable = variable;
    this.mark = markOf(value);
    this.#value = value;
    remember(value);
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

/** What a secret has to look like. */
export interface SecretForm {
  readonly isRight: (text: string) => boolean;
  /** Completes "expected …". */
  readonly expected: string;
}

const printable = 'of printable ASCII without a blank at its ends';
const isPrintable = (text: string): boolean => /^[!-~](?:[ -~]*[!-~])?$/.test(text);

/**
 * What another has made, in a form of its own. HTTP carries nothing else in its headers, and a line break that a file or a
 * shell has left at the end would make every call fail.
 */
const given: SecretForm = { isRight: isPrintable, expected: `a text ${printable}` };

/** A key or password of one's own choice: a shorter one is guessed. */
export function chosen(leastCharacters: number): SecretForm {
  return {
    isRight: (text) => text.length >= leastCharacters && isPrintable(text),
    expected: `at least ${leastCharacters} characters ${printable}`,
  };
}

/** Of keys and passwords with which a sender proves itself, or a service knows the steward. */
export const leastKeyCharacters = 16;

/**
 * Gives the secret of an environment variable; `field` is the setting that names it. A missing one is a problem, and so is
 * one of another form; `given` where that is left out.
 */
export type ReadSecret = (variable: string, field: string, form?: SecretForm) => Secret;

/** Where secrets are: the environment, and the files that it names in place of values. */
export interface SecretPlaces {
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Gets the path of every file that a variable names for its secret, so that it can be followed. */
  readonly files?: Set<string>;
}

/** Far more than a key or an address has. */
const largestSecretBytes = 64 * 1024;

/** A file's text without the line break at its end, which editors and shells put there. */
export function readSecretFile(path: string): string {
  return readTextFile(path, largestSecretBytes).replace(/\r?\n$/, '');
}

/**
 * Takes secrets from the environment, and remembers what is wrong with them so that all can be named at once, by their
 * variables and lengths and never by their values. Where `<variable>_FILE` is set, the file that it names has the value:
 * a mounted secret changes while the process runs, and a variable does not.
 */
export function secretReader({ environment, files }: SecretPlaces, problems: ConfigurationProblem[]): ReadSecret {
  function valueOf(variable: string, field: string): string {
    const own = environment[variable] ?? '';
    const inFile = `${variable}_FILE`;
    const path = environment[inFile] ?? '';
    if (path === '') {
      const message = `this environment variable is not set, nor is ${inFile}, and ${field} names it`;
      if (own === '') problems.push({ field: variable, message });
      return own;
    }
    files?.add(path);
    if (own !== '') problems.push({ field: variable, message: `${inFile} is set as well; expected one of them` });
    try {
      const value = readSecretFile(path);
      if (value === '') problems.push({ field: inFile, message: 'the file that it names is empty' });
      return value;
    } catch (error) {
      if (!(error instanceof TextFileError)) throw error;
      problems.push({ field: inFile, message: error.message });
      return '';
    }
  }
  return (variable, field, { isRight, expected } = given) => {
    const value = valueOf(variable, field);
    if (value !== '' && !isRight(value)) {
      const message = `${field} names it; found a text of ${value.length} characters, expected ${expected}`;
      problems.push({ field: variable, message });
    }
    return new Secret(variable, value);
  };
}
