import { InvalidArgumentError, Option, type Command } from 'commander';
import type { BackfillStatusName } from '../workflows/backfillChangeSets/contract.ts';
import { backfillItemsDefaults } from '../policies/defaults.ts';
import type { BackfillChangeSetsFlags } from './backfillChangeSets.ts';
import type { BackfillItemsFlags } from './backfillItems.ts';
import { requestedInstant } from './changeSetsRequest.ts';
import type { CommandContext } from './command.ts';
import { accountId, addTemporalFlags, positiveInteger, rate, spoken } from './options.ts';

const itemsHelp = `
The file is CSV; its first line names the columns: itemId, and businessProductId where --merchant is not given or an item
is another merchant's. Ctrl-C ends the waiting only: the backfill goes on. The same list is the same backfill: started
twice it runs once.

Examples:
  steward backfill items --merchant business-product-id item-1 item-2
  steward backfill items --merchant business-product-id --file items.csv --rate 5 --dry-run
  export-items | steward backfill items --file - --no-wait --json`;

const changeSetsHelp = `
Without --start it is a dry run: it asks AWS what there is and Temporal what of it is known already, says how many it would
start, and prints the command that starts them. With --start, the same request is the same backfill: started twice it runs
once. Ctrl-C ends the waiting only: the backfill goes on.

Examples:
  steward backfill change-sets --account 111122223333 --from 2026-11-01
  steward backfill change-sets --account 111122223333 --from 2026-11-01 --to 2026-11-15 --start
  steward backfill change-sets --account 111122223333 --from 2026-11-01T08:00:00+01:00 --act policy --limit 50 --start`;

const statuses: readonly BackfillStatusName[] = ['FAILED', 'SUCCEEDED', 'CANCELLED'];

/** Without --status where it was not given: commander would add to a default. */
type GivenFlags = Omit<BackfillChangeSetsFlags, 'status'> & Partial<Pick<BackfillChangeSetsFlags, 'status'>>;

/** Adds `steward backfill` with its commands. */
export function addBackfill(program: Command, context: CommandContext): void {
  const group = program.command('backfill').description('start what no workflow has yet, or have items checked again');
  addChangeSets(group, context);
  addItems(group, context);
}

function addItems(group: Command, context: CommandContext): void {
  const command = group
    .command('items')
    .description('have items checked again by their own workflows, at a bounded rate')
    .argument('[itemIds...]', 'the items, where no file names them')
    .option('--merchant <businessProductId>', 'the merchant of the items that name none')
    .option('--file <file>', 'a CSV file with the items, or - for standard input')
    .option('--rate <n>', 'items a second, in total', rate, backfillItemsDefaults.ratePerSecond)
    .option('--skip-bad', 'leave out the lines that name no item; else nothing starts')
    .option('--dry-run', 'say what would be started, and start nothing')
    .option('--again', 'start a list once more that was done already')
    .option('--no-wait', 'start it and return, instead of waiting for its end')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', itemsHelp);
  addTemporalFlags(command).action((itemIds: readonly string[], flags: BackfillItemsFlags) =>
    context.run(flags, async () => (await import('./backfillItems.ts')).backfillItems(itemIds, flags, context)),
  );
}

function addChangeSets(group: Command, context: CommandContext): void {
  const command = group
    .command('change-sets')
    .description('find change sets in the listing of an account that no workflow has, and start their workflows')
    .requiredOption('--account <id>', "the seller's AWS account", accountId)
    .option('--catalog <name>', 'the catalog (AWSMarketplace by default)', spoken)
    .requiredOption(
      '--from <date>',
      'those that started then or later: a day, or a time with its offset',
      requestedDate,
    )
    .option('--to <date>', 'those that started before (now by default)', requestedDate)
    .addOption(new Option('--status <status>', `how they ended: ${statuses.join(', ')}; repeatable`).argParser(status))
    .addOption(
      new Option('--act <how>', 'propose: an operator decides; policy: the decision table acts')
        .choices(['propose', 'policy'])
        .default('propose'),
    )
    .option('--limit <n>', 'start at most so many', positiveInteger)
    .option('--rate <n>', 'start at most so many a second (as fast as the quotas allow by default)', rate)
    .option('--start', 'start them; without it nothing starts')
    .option('--again', 'start a request once more that was done already')
    .option('--no-wait', 'start it and return, instead of waiting for its end')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', changeSetsHelp);
  addTemporalFlags(command).action(({ status: given = ['FAILED'], ...flags }: GivenFlags) =>
    context.run(flags, async () =>
      (await import('./backfillChangeSets.ts')).backfillChangeSets({ ...flags, status: given }, context),
    ),
  );
}

/** An instant, for commander. */
export function requestedDate(text: string): string {
  const instant = requestedInstant(text);
  if (instant !== undefined) return instant;
  throw new InvalidArgumentError(
    'A day (2026-11-01, it begins in UTC) or a time with its offset (2026-11-01T08:00:00Z, 2026-11-01T08:00:00+01:00) is needed.',
  );
}

function status(text: string, before: readonly BackfillStatusName[] = []): readonly BackfillStatusName[] {
  const found = statuses.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`One of ${statuses.join(', ')} is needed.`);
  return before.includes(found) ? before : [...before, found];
}
