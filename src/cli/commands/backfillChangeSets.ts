import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { BackfillStatusName } from '../../workflows/backfillChangeSets/contract.ts';
import type { BackfillChangeSetsFlags } from '../actions/backfillChangeSets.ts';
import { requestedInstant } from '../changeSetsRequest.ts';
import type { CommandContext } from '../context.ts';
import { positiveInteger, rate } from '../numbers.ts';
import { spoken } from '../operatorCommand.ts';
import { addTemporalFlags } from '../temporalFlags.ts';

const help = `
Without --start it is a dry run: it asks AWS what there is and Temporal what of it is known already, says how many would be
started, and prints the command that starts them. With --start, the same request is the same backfill: started twice it
runs once. Ctrl-C ends the waiting only: the backfill goes on.

Examples:
  npx steward backfill change-sets --account 111122223333 --from 2026-11-01
  npx steward backfill change-sets --account 111122223333 --from 2026-11-01 --to 2026-11-15 --start
  npx steward backfill change-sets --account 111122223333 --from 2026-11-01T08:00:00+01:00 --act policy --limit 50 --start`;

const statuses: readonly BackfillStatusName[] = ['FAILED', 'SUCCEEDED', 'CANCELLED'];

/** Adds `steward backfill change-sets` to its group. */
export function addBackfillChangeSets(group: Command, context: CommandContext): void {
  const command = group
    .command('change-sets')
    .description('find change sets in the listing of an account that no workflow has, and start their workflows')
    .requiredOption('--account <id>', "the seller's AWS account", accountId)
    .option('--catalog <name>', 'the catalog (AWSMarketplace where nothing is said)', spoken)
    .requiredOption('--from <date>', 'those that started then or later: a day, or a time with its offset', date)
    .option('--to <date>', 'those that started before (now where nothing is said)', date)
    .addOption(
      new Option('--status <status>', `how they ended: ${statuses.join(', ')}; may be given again (FAILED)`).argParser(
        status,
      ),
    )
    .addOption(
      new Option('--act <how>', 'propose: every decision is an operator’s; policy: the decision table acts')
        .choices(['propose', 'policy'])
        .default('propose'),
    )
    .option('--limit <n>', 'start at most so many', positiveInteger)
    .option('--rate <n>', 'start at most so many a second (as fast as the quotas allow where nothing is said)', rate)
    .option('--start', 'start them; without it nothing is started')
    .option('--again', 'do it once more where the same has been done already')
    .option('--no-wait', 'start it and return, in place of waiting for its end')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', help);
  addTemporalFlags(command).action(
    ({ status: given = ['FAILED'], ...flags }: Omit<BackfillChangeSetsFlags, 'status'> & GivenStatuses) =>
      context.run(flags, async () =>
        (await import('../actions/backfillChangeSets.ts')).backfillChangeSets({ ...flags, status: given }, context),
      ),
  );
}

/** Absent where the flag was not given: commander would add to a default. */
interface GivenStatuses {
  readonly status?: readonly BackfillStatusName[];
}

function accountId(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('the 12 digits of an AWS account id are needed.');
}

function date(text: string): string {
  const instant = requestedInstant(text);
  if (instant !== undefined) return instant;
  throw new InvalidArgumentError(
    'a day (2026-11-01, it begins in UTC) or a time with its offset (2026-11-01T08:00:00Z, 2026-11-01T08:00:00+01:00) is needed.',
  );
}

function status(text: string, before: readonly BackfillStatusName[] = []): readonly BackfillStatusName[] {
  const found = statuses.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`one of ${statuses.join(', ')} is needed.`);
  return before.includes(found) ? before : [...before, found];
}
