import { checkConfiguration, type CheckedConfiguration, type PlacedProblem } from '../config/check.ts';
import { loadConfiguration, type Configuration } from '../config/load.ts';
import { isLoopback } from '../config/loopback.ts';
import { ConfigurationError } from '../config/errors.ts';
import type { SecretUse } from '../config/secretUses.ts';
import type { Environment } from '../config/temporal.ts';
import { reporterOf, type Finding } from './finding.ts';

/** The configuration as far as it can be used here. */
export interface ExaminedConfiguration {
  readonly checked: CheckedConfiguration;
  /** Absent where the file cannot be used at all. */
  readonly configuration?: Configuration;
  /** Whose secrets are not here, or not right: what needs them cannot be asked. */
  readonly lacking: readonly SecretUse[];
}

const uses: readonly SecretUse[] = ['ingress', 'queues', 'accounts', 'merchants', 'notices'];

function loaded(environment: Environment, file: string, wanted: readonly SecretUse[]): Configuration | undefined {
  try {
    return loadConfiguration(environment, file, wanted);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/** Reads the configuration as worker and ingress do. Where secrets lack, what needs none of them is examined all the same. */
export function examinedConfiguration(environment: Environment, file: string): ExaminedConfiguration {
  const checked = checkConfiguration(environment, file, uses);
  const usable = uses.filter((use) => loaded(environment, file, [use]) !== undefined);
  const lacking = uses.filter((use) => !usable.includes(use));
  const configuration = loaded(environment, file, usable);
  return { checked, lacking, ...(configuration === undefined ? {} : { configuration }) };
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function sentence(mend: string): string {
  return `${mend.charAt(0).toUpperCase()}${mend.slice(1)}`;
}

/** So many variables without a value are named one by one. */
const mostUnset = 3;

function isUnset(field: string, { variables }: CheckedConfiguration): boolean {
  return variables.some(({ name, state }) => state === 'unset' && name === field);
}

/** Many variables lack together where the doctor runs in another environment than the processes. */
function unsetFinding(file: string, unset: readonly PlacedProblem[]): Finding {
  const names = unset.slice(0, mostUnset).map(({ field }) => field);
  const others = unset.length - names.length;
  return reporterOf('configuration').bad(
    `${unset.length} variables that ${file} names have no value here: ${names.join(', ')} and ${counted(others, 'other')}`,
    {
      mend: 'Run the doctor with the environment of worker and ingress. See each variable with its line',
      commands: ['steward config check --config <file>'],
    },
  );
}

/** What the check of the configuration means. */
export function judgeConfiguration({ checked, configuration }: ExaminedConfiguration): readonly Finding[] {
  const report = reporterOf('configuration');
  const { file, problems } = checked;
  if (problems.length > 0 || configuration === undefined) {
    const unset = problems.filter(({ field }) => isUnset(field, checked));
    const summed = unset.length > mostUnset ? unset : [];
    return [
      ...problems
        .filter((problem) => !summed.includes(problem))
        .map(({ line, field, message, mend }) =>
          report.bad(`${file}${line === undefined ? '' : `, line ${line}`}: ${field}: ${message}`, {
            mend: mend === undefined ? 'Correct it; steward config check names every problem' : sentence(mend),
          }),
        ),
      ...(summed.length === 0 ? [] : [unsetFinding(file, summed)]),
    ];
  }
  const { accounts, merchants, ingress } = configuration;
  const parts = [
    counted(Object.keys(accounts).length, 'account'),
    counted(Object.keys(merchants).length, 'merchant'),
    counted(ingress.queues.length, 'queue'),
  ];
  return [report.ok(`${file} can be used: ${parts.join(', ')}`), webUiFinding(configuration)];
}

/** Links in notices are worth what their readers can open. */
function webUiFinding({ webUiUrl, notices }: Configuration): Finding {
  const report = reporterOf('configuration');
  const example = 'Set webUiUrl to an address of the Web UI that the readers of notices can open';
  if (webUiUrl === undefined) return report.warn('webUiUrl is not set: notices have no links', { mend: example });
  const leaves = Object.values(notices.channels).some(({ type }) => type !== 'log');
  if (leaves && isLoopback(new URL(webUiUrl).hostname.replace(/^\[(.*)\]$/, '$1'))) {
    return report.warn('webUiUrl is an address of this machine: other readers cannot open it', { mend: example });
  }
  return report.ok('webUiUrl is set: notices have links');
}
