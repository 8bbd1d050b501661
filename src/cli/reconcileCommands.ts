import type { Command } from 'commander';
import { actorOption } from './actor.ts';
import { requestedDate } from './backfillCommands.ts';
import type { CommandContext } from './command.ts';
import { accountId, addTemporalFlags, said, spoken } from './options.ts';
import type { PauseFlags, ReconcileFlags, ReconcileRunFlags } from './reconcile.ts';

const showHelp = `
Examples:
  steward reconcile show
  steward reconcile show 111122223333 --json`;

const pauseHelp = `
The other accounts are still checked. The first round after resume covers all of the time.

Examples:
  steward reconcile pause 111122223333 --actor "$USER" --reason "its role is rebuilt"
  steward reconcile resume 111122223333 --actor "$USER" --reason "its role is back"`;

const runHelp = `
Without an account the schedule begins a round of all accounts now. With one, that account alone is checked, by a workflow
of its own: from where the last round ended, unless --from says otherwise. It changes nothing of what the rounds check.

Examples:
  steward reconcile run
  steward reconcile run 111122223333
  steward reconcile run 111122223333 --from 2026-11-01 --to 2026-11-08`;

/** Adds `steward reconcile` with its commands. */
export function addReconcile(program: Command, context: CommandContext): void {
  const group = program.command('reconcile').description('see, pause and run the checks for lost events, by account');
  addShow(group, context);
  addPause(group, context, 'pause', 'check these accounts no more until they are resumed');
  addPause(group, context, 'resume', 'check these accounts again, with the next round');
  addRun(group, context);
}

function addShow(group: Command, context: CommandContext): void {
  const command = group
    .command('show')
    .description('show up to when each account is checked, what could not be checked, and what is paused')
    .argument('[account]', 'one AWS account', accountId)
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', showHelp);
  addTemporalFlags(command).action((account: string | undefined, flags: ReconcileFlags) =>
    context.run(flags, async () => (await import('./reconcile.ts')).showReconciliation(account, flags, context)),
  );
}

function addPause(group: Command, context: CommandContext, name: 'pause' | 'resume', description: string): void {
  const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, accountId(text)];
  const command = group
    .command(name)
    .description(description)
    .argument('<accounts...>', 'AWS accounts', several)
    .addOption(actorOption())
    .requiredOption('--reason <text>', 'why', said('reason'))
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', pauseHelp);
  addTemporalFlags(command).action((accounts: readonly string[], flags: PauseFlags) =>
    context.run(flags, async () => (await import('./reconcile.ts')).pauseAccounts(name, accounts, flags, context)),
  );
}

function addRun(group: Command, context: CommandContext): void {
  const command = group
    .command('run')
    .description('check now: every account by a round, or one account alone')
    .argument('[account]', 'one AWS account', accountId)
    .option('--catalog <name>', 'the catalog (those of the account by default)', spoken)
    .option('--from <date>', 'what ended then or later: a day, or a time with its offset', requestedDate)
    .option('--to <date>', 'what ended before (now by default); needs --from', requestedDate)
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', runHelp);
  addTemporalFlags(command).action((account: string | undefined, flags: ReconcileRunFlags) =>
    context.run(flags, async () => (await import('./reconcile.ts')).runReconciliation(account, flags, context)),
  );
}
