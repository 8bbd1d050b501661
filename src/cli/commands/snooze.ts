import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { OperatorFlags } from '../actions/give.ts';
import type { CommandContext } from '../context.ts';
import { addOperatorCommand } from '../operatorCommand.ts';
import { CommandProblem, exitCodes } from '../problems.ts';

interface SnoozeFlags extends OperatorFlags {
  readonly until?: string;
  readonly days?: number;
}

const help = `
It ends at the due date at the latest, and the last reminder before the due date is never dropped. Repeating it does no
harm.

Examples:
  npx steward snooze security:111122223333 --days 7 --actor "$USER" --reason "the fix is in review"
  npx steward snooze security:111122223333 --until 2026-12-01 --actor "$USER" --reason "the release is on that day"`;

/** Adds `steward snooze`. */
export function addSnooze(program: Command, context: CommandContext): void {
  const description = 'drop the reminders of a security case until a date';
  const texts = { name: 'snooze', description, help } as const;
  addOperatorCommand<SnoozeFlags>(program, context, texts, ({ actor, reason, until, days }) => {
    if (until === undefined && days === undefined) {
      throw new CommandProblem(exitCodes.usage, 'one of --days and --until is needed.');
    }
    const length = until === undefined ? { days: days ?? 0 } : { until };
    return { command: 'snooze', input: { actor, reason, ...length } };
  })
    .addOption(new Option('--days <n>', 'for so many days from now').argParser(positiveNumber).conflicts('until'))
    .option('--until <date>', 'until a date, or a time with its offset: 2026-12-01, 2026-12-01T09:00:00Z');
}

function positiveNumber(text: string): number {
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(text) || Number(text) === 0) {
    throw new InvalidArgumentError('a number of days above 0 is needed.');
  }
  return Number(text);
}
