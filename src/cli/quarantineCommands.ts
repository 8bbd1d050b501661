import type { Command } from 'commander';
import { quarantinedEventType } from '../workflows/quarantinedEvent/contract.ts';
import type { CommandContext } from './command.ts';
import { addOperatorCommand, declaredCommands } from './operatorCommands.ts';
import { addTemporalFlags, positiveInteger, said } from './options.ts';
import { pageStart } from './pageToken.ts';
import type { QuarantineListFlags } from './quarantine.ts';
import type { QuarantineShowFlags } from './quarantineShow.ts';

const usualLimit = 50;
/** A terminal's page or two. */
const usualBytes = 4_096;

const listHelp = `
Held events are one question for each account or kind. --held lists the bytes of each.

Examples:
  steward quarantine list
  steward quarantine list --held --limit 500 --json`;

const showHelp = `
An id is that of the list: the beginning of the bytes' SHA-256, six digits or more, or a whole workflow id. Control and
invisible characters are shown as \\u001b, addresses so that no terminal makes links of them, and bytes that are no UTF-8
text in hexadecimal. --raw and --output give the bytes as they came. No worker is needed for the bytes.

Examples:
  steward quarantine show 3fa2b1c4d5e6
  steward quarantine show 3fa2b1c4d5e6 --bytes 100000
  steward quarantine show 3fa2b1c4d5e6 --raw | jq .
  steward quarantine show 3fa2b1c4d5e6 --output event.json`;

/** Adds `steward quarantine` with its commands. */
export function addQuarantine(program: Command, context: CommandContext): void {
  const group = program
    .command('quarantine')
    .description('see events that could not be read or must wait, with their bytes; replay or discard them');
  addList(group, context);
  addShow(group, context);
  const answers = declaredCommands().filter(({ takers }) => takers.some(({ type }) => type === quarantinedEventType));
  for (const declared of answers) {
    addOperatorCommand(group, context, declared, async () => (await import('./quarantine.ts')).findQuarantined);
  }
}

function addList(group: Command, context: CommandContext): void {
  const command = group
    .command('list')
    .description('list quarantined events, and what events are held for')
    .option('--held', 'the bytes of held events, one by one, instead')
    .option('--closed', 'those that have ended, instead of those that are kept')
    .option('--limit <n>', 'at most so many, the newest first', positiveInteger, usualLimit)
    .option('--page <page>', 'the page that a list before names as its next', pageStart)
    .option('--ui <url>', 'base address of the Web UI, for links')
    .option('--json', 'print one JSON array and nothing else')
    .addHelpText('after', listHelp);
  addTemporalFlags(command).action((flags: QuarantineListFlags) =>
    context.run(flags, async () => (await import('./quarantine.ts')).listQuarantine(flags, context)),
  );
}

function addShow(group: Command, context: CommandContext): void {
  const command = group
    .command('show')
    .description('show one quarantined event: why, what became of it, and its bytes')
    .argument('<id>', 'its workflow id, or the beginning of the SHA-256 of its bytes', said('id'))
    .option('--bytes <n>', 'show at most so many bytes', positiveInteger, usualBytes)
    .option('--raw', 'write the bytes as they are to standard output, which must be no terminal')
    .option('--output <file>', 'write the bytes as they are to a new file')
    .option('--ui <url>', 'base address of the Web UI, for the link')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', showHelp);
  addTemporalFlags(command).action((id: string, flags: QuarantineShowFlags) =>
    context.run(flags, async () => (await import('./quarantineShow.ts')).showQuarantined(id, flags, context)),
  );
}
