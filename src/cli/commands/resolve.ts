import type { Command } from 'commander';
import { defined } from '../../defined.ts';
import type { OperatorFlags } from '../actions/give.ts';
import type { CommandContext } from '../context.ts';
import { addOperatorCommand } from '../operatorCommand.ts';

interface ResolveFlags extends OperatorFlags {
  readonly changeSet?: string;
}

const help = `
A change set's case ends as resolvedElsewhere; a security case is clear until a later report says otherwise. Nothing is
sent to AWS. Repeating it does no harm.

Examples:
  npx steward resolve 5hxd2kqzj9zwulwpvhn8yp5xq --change-set 8k2mfz0y4vhq1e7n6w3xtpbra --actor "$USER" --reason "done in the console"
  npx steward resolve security:111122223333 --actor "$USER" --reason "the fixed version is out"`;

/** Adds `steward resolve`. */
export function addResolve(program: Command, context: CommandContext): void {
  const description = 'say that it was settled elsewhere';
  const texts = { name: 'resolve', description, help } as const;
  addOperatorCommand<ResolveFlags>(program, context, texts, ({ actor, reason, changeSet }) => ({
    command: 'resolve',
    input: { actor, reason, ...defined({ changeSetId: changeSet }) },
  })).option('--change-set <id>', 'the change set that settled a change set, where there is one');
}
