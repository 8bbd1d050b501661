import { changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { securityCaseType, type SnoozeCommand } from '../workflows/securityCase/contract.ts';
import type { PersonCommand } from '../workflows/shared/commands.ts';
import type { ChangeSetWords } from './changeSetWords.ts';

/** A command that a person gives, with what belongs to it. */
export type PersonWords =
  | ChangeSetWords
  | { readonly command: 'acknowledge' | 'reopen' | 'recheck'; readonly input: PersonCommand }
  | { readonly command: 'snooze'; readonly input: SnoozeCommand };

/** The commands that a person gives; each is the name of a workflow's update. */
export type GivenCommand = PersonWords['command'];

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
