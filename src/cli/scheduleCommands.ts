import type { Command } from 'commander';
import { actorOption } from './actor.ts';
import type { CommandContext } from './command.ts';
import { addTemporalFlags, said } from './options.ts';
import type { ScheduleActFlags, SchedulesFlags } from './schedules.ts';

const descriptions = {
  pause: 'let a schedule begin no run until it is unpaused',
  unpause: 'let a paused schedule go on',
  trigger: 'have a schedule begin a run now, unless one is under way',
} as const;

/** Adds `steward schedules` with its commands. */
export function addSchedules(program: Command, context: CommandContext): void {
  const group = program
    .command('schedules')
    .description('see when the steward’s schedules run, and why one is paused; pause, unpause and trigger them');
  const list = group
    .command('list', { isDefault: true })
    .description('list them, with the next and the last time')
    .option('--json', 'print one JSON array and nothing else')
    .addHelpText('after', '\nExamples:\n  steward schedules\n  steward schedules list --json');
  addTemporalFlags(list).action((flags: SchedulesFlags) =>
    context.run(flags, async () => (await import('./schedules.ts')).listSchedules(flags, context)),
  );
  for (const act of ['pause', 'unpause', 'trigger'] as const) {
    const command = group
      .command(act)
      .description(descriptions[act])
      .argument('<name>', 'the schedule, as the list names it', said('id'))
      .addOption(actorOption())
      .requiredOption('--reason <text>', 'why; the schedule’s note has it', said('reason'))
      .option('--json', 'print one JSON document and nothing else')
      .addHelpText(
        'after',
        `
To pause the checks of single accounts: steward reconcile pause.

Examples:
  steward schedules ${act} reconcile:accounts --actor "$USER" --reason "the quota is used up"`,
      );
    addTemporalFlags(command).action((name: string, flags: ScheduleActFlags) =>
      context.run(flags, async () => (await import('./schedules.ts')).changeSchedule(act, name, flags, context)),
    );
  }
}
