import type { PlannedCommand } from '../records.ts';
import { groupedBy, workflowsById, type RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

/**
 * Done again where it is given again after a lost answer: a check is a decision of its own in whatever words, and bytes that
 * were read again in vain need another decision (docs/command.md).
 */
const repeatable: ReadonlySet<string> = new Set(['recheck', 'replay']);

interface Given {
  readonly command: PlannedCommand;
  readonly attempts: RunRecords['commands'];
  /** How often the workflow's audit has it; undefined where the workflow is not there. */
  readonly recorded?: number;
}

function given({ plan, commands, workflows: lines }: RunRecords): readonly Given[] {
  const workflows = workflowsById(lines);
  const attempts = groupedBy(commands, ({ key }) => key);
  return plan.commands.map((command) => {
    const audit = workflows.get(command.workflowId)?.commands;
    const recorded = audit?.filter(({ reason }) => reason === command.reason).length;
    return { command, attempts: attempts.get(command.key) ?? [], ...(recorded === undefined ? {} : { recorded }) };
  });
}

function breach({ command, attempts }: Given, what: string): Breach {
  const { key, words, workflowId } = command;
  return { what: `Command ${key} (${words[0]}) ${what}`, workflowId, lines: [command, ...attempts] };
}

/** Commands of operators that were never taken, or taken and not recorded by their workflow. */
export function lost(records: RunRecords): readonly Breach[] {
  return given(records).flatMap((one): readonly Breach[] => {
    if (!one.attempts.some(({ exitCode }) => exitCode === 0)) return [breach(one, 'was not taken')];
    return (one.recorded ?? 0) > 0 ? [] : [breach(one, 'was taken, and its workflow has no record of it')];
  });
}

/** Commands that their workflow has recorded more than once. */
export function appliedTwice(records: RunRecords): readonly Breach[] {
  return given(records).flatMap((one): readonly Breach[] => {
    const { command, attempts, recorded = 0 } = one;
    const most = repeatable.has(command.words[0] ?? '') ? Math.max(1, attempts.length) : 1;
    return recorded > most ? [breach(one, `was applied ${recorded} times`)] : [];
  });
}
