import { handleCommand } from '../shared/commandHandler.ts';
import type { CommandAnswer } from '../shared/operatorCommands.ts';
import * as messages from './contract.ts';
import { refusal, snoozeProblem, type OperatorMessage } from './transitions/operatorCommands.ts';
import type { SecurityCaseState } from './state.ts';

/** Registers the updates by which operators act on a case; each validator sees the state as it is at that moment. */
export function handleSecurityCommands(
  current: () => SecurityCaseState,
  take: (message: OperatorMessage) => CommandAnswer,
): void {
  const refused = (command: messages.SecurityCommand): string | undefined => refusal(current(), command, Date.now());
  handleCommand(messages.acknowledgeUpdate, {
    description: 'Mute all reminders but those of the last day and after the due date.',
    refusal: () => refused('acknowledge'),
    take: (command) => take({ type: 'acknowledge', command }),
  });
  handleCommand(messages.snoozeUpdate, {
    description:
      'Drop the reminders until a date ("until": "2026-12-01") or for some days ("days": 7), at most until the due date; the last one before it is never dropped.',
    refusal: (command) => refused('snooze') ?? snoozeProblem(current(), command, Date.now()),
    take: (command) => take({ type: 'snooze', command }),
  });
  handleCommand(messages.resolveUpdate, {
    description: 'Close the case on your word; a later report with issues opens it again.',
    refusal: () => refused('resolve'),
    take: (command) => take({ type: 'resolve', command }),
  });
  handleCommand(messages.reopenUpdate, {
    description: 'Take back that the case was closed.',
    refusal: () => refused('reopen'),
    take: (command) => take({ type: 'reopen', command }),
  });
  handleCommand(messages.recheckUpdate, {
    description: 'Check at the assessments at once; the case closes where they prove that the issues are gone.',
    refusal: () => refused('recheck'),
    take: (command) => take({ type: 'recheck', command }),
  });
}
