import type { CommandAnswer, CommandInput } from '../shared/operatorCommands.ts';
import { handleCommand } from '../shared/commandHandler.ts';
import { readAmendments } from './transitions/amendments.ts';
import {
  abandonUpdate,
  amendUpdate,
  approveUpdate,
  resolveUpdate,
  retryUpdate,
  type ResolveCommand,
} from './contract.ts';
import { refusal } from './transitions/refusals.ts';
import type { ChangeSetCase, LineageCommand } from './state.ts';
import type { LineageMessage } from './transitions/steps.ts';

type CommandMessage = Extract<LineageMessage, { type: LineageCommand }>;

const plainCommands = [
  [retryUpdate, 'retry', 'Send the change set again as it was; taken while an operator is awaited.'],
  [approveUpdate, 'approve', 'Send what is proposed, or what the mode or the daily cap holds.'],
  [abandonUpdate, 'abandon', 'Give the change set up: nothing more is sent.'],
] as const;

function resolveProblem(value: unknown): string | undefined {
  const { changeSetId } = value as { changeSetId?: unknown };
  return changeSetId === undefined || (typeof changeSetId === 'string' && /^[\w-]{1,255}$/.test(changeSetId))
    ? undefined
    : '"changeSetId" must be the id of the change set that settled it, or be left out.';
}

/**
 * Registers what operators can do to a lineage.
 * @param current the lineage as it stands at the moment of the command.
 * @param take applies the command to it.
 */
export function handleCommands(current: () => ChangeSetCase, take: (message: CommandMessage) => CommandAnswer): void {
  for (const [definition, type, description] of plainCommands) {
    handleCommand<CommandInput>(definition, {
      description,
      refusal: () => refusal(current(), type),
      take: (command) => take({ type, command }),
    });
  }
  handleCommand(amendUpdate, {
    description:
      'Propose other details for changes, by their index; approve sends them. With "changes": [{"index": 0, "details": "the new details, as text"}].',
    refusal: (command) => {
      const read = readAmendments(command, current().diagnosis);
      return refusal(current(), 'amend') ?? ('problem' in read ? read.problem : undefined);
    },
    take: (command) => {
      const read = readAmendments(command, current().diagnosis);
      const { actor, reason } = command;
      return take({ type: 'amend', command: { actor, reason }, amendments: 'problem' in read ? [] : read.amendments });
    },
  });
  handleCommand<ResolveCommand>(resolveUpdate, {
    description: 'It was settled elsewhere; name the change set that did it where there is one ("changeSetId").',
    refusal: (command) => refusal(current(), 'resolve') ?? resolveProblem(command),
    take: (command) => take({ type: 'resolve', command }),
  });
}
