import { createHash } from 'node:crypto';
import { retryStates } from './readyCommands.ts';
import type { WorkflowStatus } from './status.ts';
import type { OperatorCommandInput } from './operatorCommandInput.ts';

/** What is known of a case before a command is sent to it. */
export interface Situation extends Pick<WorkflowStatus, 'state' | 'audit' | 'acknowledgedBy' | 'snoozedUntil'> {
  /** Whose proposal of other details is open; absent where there is none. */
  readonly proposedBy?: string;
}

/**
 * The id of an operator's update. It is the same for a repeat of the same words about the same situation, which the server
 * answers with the first answer; it differs once the same command was taken and a new decision is asked for.
 * @param situation as the workflow tells it before the command is sent.
 */
export function updateId(words: OperatorCommandInput, situation: Situation): string {
  const { command, input } = words;
  const earlier = (situation.audit ?? []).filter((entry) => entry.command === command).map((entry) => entry.at);
  const before = earlier.at(isTaken(words, situation) ? -2 : -1) ?? 'first';
  const { actor, reason, ...data } = input;
  const digest = createHash('sha256')
    .update(JSON.stringify([command, actor, reason, before, data]))
    .digest('hex');
  return `steward-${command}-${digest.slice(0, 32)}`;
}

/** Whether the situation is already what the command leads to. */
function isTaken({ command, input: { actor, reason } }: OperatorCommandInput, situation: Situation): boolean {
  const { state, audit, proposedBy, acknowledgedBy, snoozedUntil } = situation;
  switch (command) {
    case 'retry':
    case 'approve':
      return !retryStates.includes(state);
    case 'amend': {
      const last = audit?.at(-1);
      return proposedBy === actor && last?.command === command && last.actor === actor && last.reason === reason;
    }
    case 'resolve':
      return state === 'resolvedElsewhere' || state === 'clear';
    case 'acknowledge':
      return acknowledgedBy !== undefined;
    case 'snooze': {
      const last = audit?.findLast((entry) => entry.command === command);
      return snoozedUntil !== undefined && last?.actor === actor && last.reason === reason;
    }
    case 'reopen':
      return state === 'open';
    case 'recheck':
      // What it leads to is a check, and another check does no harm.
      return false;
    case 'abandon':
      return state.startsWith('abandon');
  }
}
