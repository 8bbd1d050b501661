import { changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { securityCaseType, type SnoozeCommand } from '../workflows/securityCase/contract.ts';
import type { CommandInput } from '../workflows/shared/operatorCommands.ts';
import type { ChangeSetWords } from './changeSetWords.ts';

/** A command that an operator gives, with what belongs to it. */
export type OperatorCommandInput =
  | ChangeSetWords
  | { readonly command: 'acknowledge' | 'reopen' | 'recheck'; readonly input: CommandInput }
  | { readonly command: 'snooze'; readonly input: SnoozeCommand };

/** The commands that an operator gives; each is the name of a workflow's update. */
export type GivenCommand = OperatorCommandInput['command'];

/** Which types of workflow take a command. */
export const takersOf: Readonly<Record<GivenCommand, readonly string[]>> = {
  retry: [changeSetRemediationType],
  amend: [changeSetRemediationType],
  approve: [changeSetRemediationType],
  abandon: [changeSetRemediationType],
  resolve: [changeSetRemediationType, securityCaseType],
  acknowledge: [securityCaseType],
  snooze: [securityCaseType],
  reopen: [securityCaseType],
  recheck: [securityCaseType],
};
