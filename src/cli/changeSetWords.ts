import type { AmendCommand, ResolveCommand } from '../workflows/changeSetRemediation/contract.ts';
import type { PersonCommand } from '../workflows/shared/commands.ts';

/** A command that a person gives about a change set, with what belongs to it. */
export type ChangeSetWords =
  | { readonly command: 'retry' | 'approve' | 'abandon'; readonly input: PersonCommand }
  | { readonly command: 'amend'; readonly input: AmendCommand }
  | { readonly command: 'resolve'; readonly input: ResolveCommand };
