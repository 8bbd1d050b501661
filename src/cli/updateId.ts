import { createHash } from 'node:crypto';
import type { PersonCommand } from '../workflows/shared/commands.ts';
import { retryStates } from './readyCommands.ts';
import type { WorkflowStatus } from './status.ts';

/** The commands that a person gives about a change set. */
export type ChangeSetCommand = 'retry' | 'abandon';

/**
 * The id of a person's update. It is the same for a repeat of the same words about the same situation, which the server
 * answers with the first answer; it differs once the same command was taken and a new decision is asked for.
 * @param status as the workflow tells it before the command is sent.
 */
export function updateId(
  command: ChangeSetCommand,
  { actor, reason }: PersonCommand,
  status: Pick<WorkflowStatus, 'state' | 'audit'>,
): string {
  const earlier = (status.audit ?? []).filter((entry) => entry.command === command).map((entry) => entry.at);
  const taken = command === 'retry' ? !retryStates.includes(status.state) : status.state.startsWith('abandon');
  const before = earlier.at(taken ? -2 : -1) ?? 'first';
  const digest = createHash('sha256')
    .update(JSON.stringify([command, actor, reason, before]))
    .digest('hex');
  return `steward-${command}-${digest.slice(0, 32)}`;
}
