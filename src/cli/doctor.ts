import { createLogger } from '../logging/logger.ts';
import { configuredAreas, examineAll, type Area } from '../doctor/examine.ts';
import { examinedConfiguration, judgeConfiguration, type ExaminedConfiguration } from '../doctor/configuration.ts';
import { reporterOf, type Finding } from '../doctor/finding.ts';
import { temporalFacts } from '../doctor/temporal/facts.ts';
import { judgeTemporal } from '../doctor/temporal/judgement.ts';
import { loadTemporalConfiguration } from '../config/temporal.ts';
import { defined } from '../defined.ts';
import { CommandProblem, exitCodes, type CommandContext, type CommandResult } from './command.ts';
import { countsOf, findingsText } from './doctorText.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal } from './temporal.ts';

/** What `steward doctor` is given. */
export interface DoctorFlags extends TemporalFlags {
  readonly testNotice?: true;
  readonly json?: true;
}

/** What happened in one sentence, and what to do in the others. */
function problemFinding(problem: CommandProblem): Finding {
  const [, text = problem.message, mend = ''] = /^(.*?)\. (.*?)\.?$/s.exec(problem.message) ?? [];
  return reporterOf('temporal').bad(text, mend === '' ? {} : { mend });
}

/** Whether payloads are encrypted does not matter here: it reads none. */
function withoutConfiguration({ address, namespace }: DoctorFlags, context: CommandContext) {
  const { STEWARD_CONFIG: _file, ...environment } = context.environment;
  return { flags: defined({ address, namespace }), context: { ...context, environment } };
}

function temporalArea(flags: DoctorFlags, given: CommandContext, hasMerchants: boolean): Area {
  const own = withoutConfiguration(flags, given);
  return {
    name: 'temporal',
    examine: async () => {
      try {
        const { isCloud } = loadTemporalConfiguration(given.environment, own.flags);
        return await withTemporal(own.flags, own.context, async ({ client, peer }) =>
          judgeTemporal({ ...peer, isCloud, hasMerchants }, await temporalFacts(client)),
        );
      } catch (error) {
        if (error instanceof CommandProblem) return [problemFinding(error)];
        throw error;
      }
    },
  };
}

function configurationArea(examined: ExaminedConfiguration | undefined): Area {
  const none = reporterOf('configuration').bad('No configuration is named', {
    mend: 'Name it with --config or STEWARD_CONFIG, as worker and ingress have it',
  });
  const findings = examined === undefined ? [none] : judgeConfiguration(examined);
  return { name: 'configuration', examine: () => Promise.resolve(findings) };
}

/** `steward doctor`: examines the whole set-up, and changes nothing. */
export async function doctor(flags: DoctorFlags, context: CommandContext): Promise<CommandResult> {
  const file = flags.config ?? context.environment['STEWARD_CONFIG'];
  const examined = file ? examinedConfiguration(context.environment, file) : undefined;
  const hasMerchants = Object.keys(examined?.configuration?.merchants ?? {}).length > 0;
  const options = { sendsTestNotices: flags.testNotice === true, logger: createLogger({ name: 'doctor' }) };
  const areas = [
    configurationArea(examined),
    temporalArea(flags, context, hasMerchants),
    ...(examined === undefined ? [] : configuredAreas(examined, options)),
  ];
  const findings = await examineAll(areas, (left) => {
    if (left.length > 0) context.progress(`examining ${left.join(', ')}`);
  });
  const counts = countsOf(findings);
  return {
    text: findingsText(findings),
    document: { healthy: counts.bad === 0, counts, findings },
    exitCode: counts.bad === 0 ? exitCodes.ok : exitCodes.failed,
  };
}
