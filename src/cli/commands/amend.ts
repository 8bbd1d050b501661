import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { OperatorFlags } from '../actions/give.ts';
import type { AmendedFile } from '../amendedFiles.ts';
import type { CommandContext } from '../context.ts';
import { addOperatorCommand } from '../operatorCommand.ts';

interface AmendFlags extends OperatorFlags {
  readonly change: readonly AmendedFile[];
}

const help = `
INDEX is the position of the change in its change set, from 0; FILE holds the whole new Details of that change, one JSON
object, which is sent as it is. Nothing goes out yet: npx steward show tells the difference, npx steward approve sends it.

Examples:
  npx steward amend 5hxd2kqzj9zwulwpvhn8yp5xq --change 0=details.json --actor "$USER" --reason "a larger logo"
  jq '.LogoUrl = "https://example.com/logo.png"' old.json | npx steward amend 5hxd2kqzj9zwulwpvhn8yp5xq --change 0=- --actor "$USER" --reason "a larger logo"`;

/** Adds `steward amend`. */
export function addAmend(program: Command, context: CommandContext): void {
  const description = 'propose other details for changes of a failed change set';
  const texts = { name: 'amend', description, help } as const;
  addOperatorCommand<AmendFlags>(program, context, texts, async ({ actor, reason, change }) => {
    const { readAmendedFiles } = await import('../amendedFiles.ts');
    return { command: 'amend', input: { actor, reason, changes: await readAmendedFiles(change) } };
  }).requiredOption('--change <index=file>', 'new details, - for standard input; may be given again', amendedFile);
}

function amendedFile(text: string, earlier: readonly AmendedFile[] = []): readonly AmendedFile[] {
  const found = /^(\d{1,3})=(.+)$/s.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) {
    throw new InvalidArgumentError('the position of the change, = and a file are needed, for instance 0=details.json.');
  }
  const [index, file] = [Number(found[1]), found[2]];
  if (earlier.some((other) => other.index === index)) {
    throw new InvalidArgumentError(`change ${index} is given twice; one change has one set of details.`);
  }
  if (file === '-' && earlier.some((other) => other.file === '-')) {
    throw new InvalidArgumentError('standard input can be read for one change only.');
  }
  return [...earlier, { index, file }];
}
