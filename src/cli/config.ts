import { checkConfiguration, type CheckedConfiguration, type PlacedProblem } from '../config/check.ts';
import { checkConfigurationText, readConfigurationText } from '../config/file.ts';
import { configurationJsonSchema } from '../config/jsonSchema.ts';
import { readYaml } from '../config/yaml.ts';
import type { FileConfiguration } from '../config/schema.ts';
import { settingsAt } from '../config/settingsAt.ts';
import { secretsOf, type SecretUse } from '../config/secretUses.ts';
import { shownConfiguration, shownYaml } from '../config/shown.ts';
import { configuredPolicy } from '../policies/configured.ts';
import { loadTemporalConfiguration } from '../config/temporal.ts';
import { queueNames } from '../workflows/shared/taskQueues.ts';
import { nearest } from './choice.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { printable } from './format.ts';

/** The processes that read the configuration, by the command that runs them. */
const configuredProcesses = ['run', 'worker', 'ingress', 'codec-server'] as const;

const ofWorker = secretsOf(queueNames);
const usesOf: Readonly<Record<(typeof configuredProcesses)[number], readonly SecretUse[]>> = {
  run: ['ingress', 'queues', ...ofWorker],
  worker: ofWorker,
  ingress: ['ingress', 'queues'],
  'codec-server': ['codecServer'],
};

/** What the commands are given. */
export interface ConfigFlags {
  readonly for?: (typeof configuredProcesses)[number];
  readonly config?: string;
  readonly json?: true;
}

function fileOf(given: string | undefined, flags: ConfigFlags, { environment }: CommandContext): string {
  const file = given ?? flags.config ?? environment['STEWARD_CONFIG'];
  if (file !== undefined && file !== '') return file;
  throw usageProblem('No configuration is named: give its file, or set STEWARD_CONFIG.');
}

/** The same with the setting that a misspelt one was meant for. */
function withMeant(problem: PlacedProblem): PlacedProblem {
  const { field, message } = problem;
  if (!message.startsWith('no such setting')) return problem;
  const name = field.slice(field.lastIndexOf('.') + 1);
  const settings = settingsAt(field);
  // Of several types one has it, as urlVariable is of channels for Slack.
  if (settings.includes(name)) return { ...problem, mend: 'another type has it, this one has not' };
  const meant = nearest(name, settings);
  return meant === undefined ? problem : { ...problem, mend: `did you mean ${meant}?` };
}

function problemLine({ line, field, message, mend }: PlacedProblem): string {
  const place = line === undefined ? field : `line ${line}: ${field}`;
  return `  ${place}: ${message}${mend === undefined ? '' : `; ${mend}`}`;
}

/** Problems of either kind that the text names; `--json` has all. */
const mostNamed = 15;

/** So many lines, and how many more there are. */
function bounded(lines: readonly string[]): readonly string[] {
  const more = lines.length - mostNamed;
  return more <= 0 ? lines : [...lines.slice(0, mostNamed), `  and ${more} more; --json has all of them`];
}

/** The variables that lack a value, in one group: each needs the same. */
function unsetLines(problems: readonly PlacedProblem[], { variables }: CheckedConfiguration): readonly string[] {
  if (problems.length === 0) return [];
  const [what, each] = problems.length === 1 ? ['1 variable has', 'it'] : [`${problems.length} variables have`, 'each'];
  const lines = problems.map(({ field, line }) => {
    const named = variables.find(({ name }) => name === field)?.fields ?? [];
    return `  ${line === undefined ? '' : `line ${line}: `}${field}, for ${named.join(', ')}`;
  });
  return [
    `${what} no value. Set ${each}, or the same name with _FILE to the path of a file that has the value:`,
    ...bounded(lines),
  ];
}

function variablesText({ variables }: CheckedConfiguration, named: ReadonlySet<string>): readonly string[] {
  const unset = variables.filter(({ state }) => state === 'unset').map(({ name }) => name);
  if (variables.length === 0) return ['It names no variable.'];
  if (unset.length === 0) return [`All ${variables.length} variables that it names have a value.`];
  const others = unset.filter((name) => !named.has(name));
  return others.length === 0
    ? []
    : [
        `Without a value, and not needed by this process: ${others.slice(0, mostNamed).join(', ')}${others.length > mostNamed ? ` and ${others.length - mostNamed} more` : ''}.`,
      ];
}

/** `steward config check` */
export function checkConfig(given: string | undefined, flags: ConfigFlags, context: CommandContext): CommandResult {
  const process = flags.for ?? 'run';
  const checked = checkConfiguration(context.environment, fileOf(given, flags, context), usesOf[process]);
  const { file } = checked;
  const problems = checked.problems.map(withMeant);
  const unset = new Set(checked.variables.flatMap(({ name, state }) => (state === 'unset' ? [name] : [])));
  const lacking = problems.filter(({ field }) => unset.has(field));
  const wrong = problems.filter(({ field }) => !unset.has(field));
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const heading =
    problems.length === 0
      ? `${file} can be used: steward ${process} would start with it.`
      : `${file} cannot be used by steward ${process}: ${count}.`;
  return {
    text: [
      heading,
      // What is wrong in the file comes first: it keeps the rest from being read.
      ...bounded(wrong.map(problemLine)),
      ...unsetLines(lacking, checked),
      ...variablesText(checked, new Set(lacking.map(({ field }) => field))),
    ].join('\n'),
    document: { ...checked, problems, for: process, usable: problems.length === 0 },
    exitCode: problems.length === 0 ? exitCodes.ok : exitCodes.usage,
  };
}

/** The policies that hold where the file names none, and those that it names; what the file cannot name is left out. */
function effectivePolicies({ policies }: FileConfiguration): unknown {
  const { mostChecks: _checks, ...offerWatch } = configuredPolicy('offerWatch', { policies });
  const { everyMs, overlapMs, settlingMs } = configuredPolicy('reconcileChangeSets', { policies });
  const { overduePlanned: _planned, ...securityCase } = configuredPolicy('securityCase', { policies });
  return {
    changeSet: configuredPolicy('changeSetRemediation', { policies }),
    itemBuyability: configuredPolicy('itemBuyability', { policies }),
    securityCase,
    offerWatch,
    quarantine: { ...configuredPolicy('quarantinedEvent', { policies }), ...policies.quarantine },
    accountHealth: configuredPolicy('accountHealth', { policies }),
    failingTasks: configuredPolicy('failingTasks', { policies }),
    reconcile: { everyMs, overlapMs, settlingMs },
  };
}

/** Where Temporal is, by the environment. */
function temporalOf({ environment }: CommandContext): { readonly address: string; readonly namespace: string } {
  const { connectionOptions, namespace } = loadTemporalConfiguration(environment);
  return { address: connectionOptions.address ?? 'localhost:7233', namespace };
}

/** `steward config show` */
export function showConfig(given: string | undefined, flags: ConfigFlags, context: CommandContext): CommandResult {
  const file = fileOf(given, flags, context);
  const written = readConfigurationText(file);
  const settings = checkConfigurationText(file, written);
  const shown = shownConfiguration(settings, effectivePolicies(settings), readYaml(written), context.environment);
  const temporal = temporalOf(context);
  const place = `# Temporal: ${printable(temporal.address)}, namespace ${printable(temporal.namespace)} (TEMPORAL_*, or its own configuration file)`;
  const text = `${place}\n${shownYaml(shown)}`;
  return { text, document: { file, temporal, ...shown }, exitCode: exitCodes.ok };
}

/** `steward config schema` */
export function configSchema(): CommandResult {
  const document = configurationJsonSchema();
  return { text: JSON.stringify(document, undefined, 2), document, exitCode: exitCodes.ok };
}
