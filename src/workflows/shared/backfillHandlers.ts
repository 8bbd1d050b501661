import type { UpdateDefinition } from '@temporalio/common';
import { CancellationScope } from '@temporalio/workflow';
import { refusal, type BackfillCommand, type BackfillPhase } from './backfills.ts';
import { handleCommand } from './commandHandler.ts';
import type { CommandAnswer, CommandInput } from './operatorCommands.ts';

/** How a backfill takes commands. */
interface CommandedWorkflow {
  /** The update of each command. */
  readonly updates: Readonly<Record<BackfillCommand, UpdateDefinition<CommandAnswer, [CommandInput]>>>;
  readonly current: () => { readonly phase: BackfillPhase };
  /** Applies the command to the state. */
  readonly apply: (message: { readonly type: BackfillCommand; readonly command: CommandInput }) => void;
  /** The answer to the operator. */
  readonly answer: () => Pick<CommandAnswer, 'state' | 'message'>;
}

const descriptions = {
  pause: 'Deliver nothing until resume.',
  resume: 'Go on after pause.',
  stop: 'Deliver nothing more, and end.',
} as const;
const commands = ['pause', 'resume', 'stop'] as const;

/**
 * Registers the commands of a backfill as updates. A cancellation from the Web UI has no field for a name or a reason; it
 * means stop.
 */
export function handleBackfillCommands({ updates, current, apply, answer }: CommandedWorkflow): void {
  for (const type of commands) {
    handleCommand(updates[type], {
      description: descriptions[type],
      refusal: () => refusal(current(), type),
      take: (command) => {
        const before = current().phase;
        apply({ type, command });
        return { ...answer(), changed: current().phase !== before };
      },
    });
  }
  CancellationScope.current().cancelRequested.catch(() => {
    const command = { actor: 'unknown (cancellation request)', reason: 'Cancellation was requested.' };
    apply({ type: 'stop', command });
  });
}
