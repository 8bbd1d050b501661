import { defined } from '../defined.ts';
import { ConfigurationError, type ConfigurationProblem } from './errors.ts';
import { checkConfigurationText, parseConfigurationText, readConfigurationText } from './file.ts';
import { loadConfiguration, type Configuration } from './load.ts';
import { lineOf, namedVariables, type NamedVariable } from './places.ts';
import type { SecretUse } from './secretUses.ts';
import type { Environment } from './temporal.ts';
import { readIdentity } from './tlsIdentity.ts';
import { readYaml, type YamlText } from './yaml.ts';

/** Where the value of a variable is: in itself, in the file that `<name>_FILE` names, or nowhere. */
export type VariableState = 'set' | 'inFile' | 'unset';

/** A variable that the file names, and whether it has a value. */
interface CheckedVariable extends NamedVariable {
  readonly state: VariableState;
}

/** A problem with its line in the file, counted from 1, where it has one, and what mends it where the message does not say. */
export interface PlacedProblem extends ConfigurationProblem {
  readonly line?: number;
  readonly mend?: string;
}

/** What a check of the configuration finds. */
export interface CheckedConfiguration {
  readonly file: string;
  /** None: worker and ingress would start with it. */
  readonly problems: readonly PlacedProblem[];
  readonly variables: readonly CheckedVariable[];
}

/** Where the value of a variable is. */
export function stateOf(name: string, environment: Environment): VariableState {
  if ((environment[`${name}_FILE`] ?? '') !== '') return 'inFile';
  return (environment[name] ?? '') === '' ? 'unset' : 'set';
}

function placed(problem: ConfigurationProblem, variables: readonly CheckedVariable[], text: YamlText): PlacedProblem {
  const variable = variables.find(({ name }) => problem.field === name || problem.field === `${name}_FILE`);
  const line = lineOf(text, variable?.fields[0] ?? problem.field);
  const mend =
    variable?.state === 'unset'
      ? `set it, or ${variable.name}_FILE to the path of a file that has the value`
      : undefined;
  return { ...problem, ...defined({ line, mend }) };
}

/** The file's parts as far as they can be read. */
function rootOf(file: string, text: string): unknown {
  try {
    return parseConfigurationText(file, text);
  } catch {
    return undefined;
  }
}

function problemsOf(run: () => unknown): readonly ConfigurationProblem[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** The files beside the configuration without which a process does not start. */
function checkFiles({ ingress: { tls } }: Configuration, uses: readonly SecretUse[]): void {
  if (tls !== undefined && uses.includes('ingress')) readIdentity(tls);
}

/**
 * Reads the configuration as worker and ingress do, and says everything that keeps them from starting: the fields of the
 * file at fault, and at the same time the variables without a value, which a process names only once the file is right;
 * then a certificate or key that the ingress cannot use.
 * No value of a secret is in it.
 * @param uses whose secrets have to be there.
 */
export function checkConfiguration(
  environment: Environment,
  file: string,
  uses: readonly SecretUse[],
): CheckedConfiguration {
  let text: string;
  try {
    text = readConfigurationText(file);
  } catch (error) {
    if (error instanceof ConfigurationError) return { file, problems: error.problems, variables: [] };
    throw error;
  }
  const variables = namedVariables(rootOf(file, text)).map((one) => ({
    ...one,
    state: stateOf(one.name, environment),
  }));
  const found = problemsOf(() => checkFiles(loadConfiguration(environment, file, uses), uses));
  // A file with a wrong field hides what lacks beside it; what other processes need is none of this one's problems.
  const isRight = problemsOf(() => checkConfigurationText(file, text)).length === 0;
  const isNeeded = (field: string): boolean => uses.includes('codecServer') || !field.startsWith('codecServer.');
  const unset = variables
    .filter(({ fields, state }) => !isRight && state === 'unset' && fields.some(isNeeded))
    .map(({ name, fields }) => ({
      field: name,
      message: `this environment variable is not set, nor is ${name}_FILE, and ${fields.join(', ')} names it`,
    }));
  const places = readYaml(text);
  return { file, problems: [...found, ...unset].map((one) => placed(one, variables, places)), variables };
}
