import type { Command } from 'commander';
import type { PersonFlags } from '../actions/give.ts';
import type { CommandContext } from '../context.ts';
import { addPersonCommand } from '../personCommand.ts';

interface ResolveFlags extends PersonFlags {
  readonly changeSet?: string;
}

const help = `
It ends the case as resolvedElsewhere; nothing is sent. Repeating it does no harm.

Example:
  npx steward resolve 5hxd2kqzj9zwulwpvhn8yp5xq --change-set 8k2mfz0y4vhq1e7n6w3xtpbra --actor "$USER" --reason "done in the console"`;

/** Adds `steward resolve`. */
export function addResolve(program: Command, context: CommandContext): void {
  const description = 'say that it was settled elsewhere';
  const texts = { name: 'resolve', description, help } as const;
  addPersonCommand<ResolveFlags>(program, context, texts, ({ actor, reason, changeSet }) => ({
    command: 'resolve',
    input: { actor, reason, ...(changeSet === undefined ? {} : { changeSetId: changeSet }) },
  })).option('--change-set <id>', 'the change set that settled it, where there is one');
}
