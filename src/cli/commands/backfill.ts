import type { Command } from 'commander';
import { backfillItemsDefaults } from '../../workflows/backfillItems/defaults.ts';
import type { BackfillCommandFlags, BackfillWord } from '../actions/backfillCommand.ts';
import type { BackfillItemsFlags } from '../actions/backfillItems.ts';
import type { CommandContext } from '../context.ts';
import { rate } from '../numbers.ts';
import { spoken } from '../operatorCommand.ts';
import { addTemporalFlags } from '../temporalFlags.ts';
import { addBackfillChangeSets } from './backfillChangeSets.ts';

const itemsHelp = `
The file is CSV; its first line names the columns: itemId, and businessProductId where --merchant is not given or an item
is another merchant's. Ctrl-C ends the waiting only: the backfill goes on. The same list is the same backfill: started
twice it runs once.

Examples:
  npx steward backfill items --merchant business-product-id item-1 item-2
  npx steward backfill items --merchant business-product-id --file items.csv --rate 5 --dry-run
  export-items | npx steward backfill items --file - --no-wait --json`;

const commandTexts: Readonly<Record<BackfillWord, string>> = {
  pause: 'hand nothing over until resume',
  resume: 'go on after pause',
  stop: 'hand nothing over any more, and end',
};

/** Adds `steward backfill` with its commands. */
export function addBackfill(program: Command, context: CommandContext): void {
  const group = program.command('backfill').description('have many things checked again; pause, resume and stop that');
  addBackfillChangeSets(group, context);
  addItems(group, context);
  for (const word of ['pause', 'resume', 'stop'] as const) addCommand(group, context, word);
}

function addItems(group: Command, context: CommandContext): void {
  const command = group
    .command('items')
    .description('have items asked for again by their own workflows, at a bounded rate')
    .argument('[itemIds...]', 'the items, where no file names them')
    .option('--merchant <businessProductId>', 'the merchant of the items that name none')
    .option('--file <file>', 'a CSV file with the items, or - for standard input')
    .option('--rate <n>', 'items a second, all in all', rate, backfillItemsDefaults.ratePerSecond)
    .option('--skip-bad', 'leave out the lines that name no item; else nothing is started')
    .option('--dry-run', 'say what would be started, and start nothing')
    .option('--again', 'start it once more where the same list has been done already')
    .option('--no-wait', 'start it and return, in place of waiting for its end')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', itemsHelp);
  addTemporalFlags(command).action((itemIds: readonly string[], flags: BackfillItemsFlags) =>
    context.run(flags, async () =>
      (await import('../actions/backfillItems.ts')).backfillItems(itemIds, flags, context),
    ),
  );
}

function addCommand(group: Command, context: CommandContext, word: BackfillWord): void {
  const command = group
    .command(word)
    .description(commandTexts[word])
    .argument('<ids...>', 'the ids of the backfills, as the start printed them')
    .requiredOption('--actor <name>', 'who decides: it is kept in the record', spoken)
    .requiredOption('--reason <text>', 'why: it is kept in the record', spoken)
    .option('--json', 'print the answers as one JSON document and nothing else')
    .addHelpText('after', `\nRepeating it does no harm.`);
  addTemporalFlags(command).action((ids: readonly string[], flags: BackfillCommandFlags) =>
    context.run(flags, async () =>
      (await import('../actions/backfillCommand.ts')).backfillCommand(word, ids, flags, context),
    ),
  );
}
