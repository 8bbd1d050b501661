import type { AmendCommand, ResolveCommand } from '../workflows/changeSetRemediation/contract.ts';
import type { CommandInput } from '../workflows/shared/operatorCommands.ts';

/** A command that an operator gives about a change set, with what belongs to it. */
export type ChangeSetWords =
  | { readonly command: 'retry' | 'approve' | 'abandon'; readonly input: CommandInput }
  | { readonly command: 'amend'; readonly input: AmendCommand }
  | { readonly command: 'resolve'; readonly input: ResolveCommand };
