import { commandsIn, stateRefusal, type CommandName } from '../../shared/operatorCommands.ts';
import { changeSetCommands, type AccountMode } from '../contract.ts';
import { fitsMarker } from '../lineage.ts';
import { leftInFlight, stateName, type ChangeSetCase } from '../state.ts';

/** Why nobody can have it submitted again: token and name of a successor hold the origin's id whole. */
export const tooLongToSubmit =
  'Its id is too long for the marker of a successor, so the steward cannot submit it. Submit a new change set yourself and resolve this one with its id, or abandon it.';

/** Whether a command has the steward submit: only these depend on the account's mode. */
export function leadsToSubmit({ phase }: Pick<ChangeSetCase, 'phase'>, command: string): boolean {
  if (phase.name !== 'awaitingDecision') return false;
  return command === 'approve' || (command === 'retry' && phase.reason.retryLeadsTo === 'submit');
}

/** Why the account's mode refuses a command that would submit; undefined where it lets it go on. */
export function modeRefusal(account: string, command: string, read: AccountMode): string | undefined {
  const again = `then send ${command} again`;
  if (read.mode === undefined) return `${command} was refused. ${read.sentence} Put that right, ${again}.`;
  if (read.mode !== 'observe') return undefined;
  return `${command} was refused: account ${account} is in observe mode, so the steward submits nothing for it, not even on an operator’s command. Set accounts.${account}.mode to approve or auto in the configuration file, ${again}.`;
}

/**
 * Why a command makes no sense now, in a sentence that says what would; undefined where it does. Nothing else goes out,
 * and nothing is closed, while a successor may be in flight.
 */
export function refusal(lineage: ChangeSetCase, command: CommandName<typeof changeSetCommands>): string | undefined {
  const sentence = stateRefusal(changeSetCommands, command, stateName(lineage));
  const { phase, pendingEnd } = lineage;
  if (sentence !== undefined || phase.name !== 'awaitingDecision') return sentence;
  const { proposal, reason } = phase;
  if (/* guard */ pendingEnd && (command === 'amend' || command === 'approve')) {
    return 'The change set is being abandoned; nothing more is submitted.';
  }
  if ((command === 'amend' || leadsToSubmit(lineage, command)) && !fitsMarker(lineage.originId)) return tooLongToSubmit;
  switch (command) {
    case 'approve':
      if (proposal !== undefined && proposal.difference === undefined) {
        return 'The difference that the proposal makes is not computed yet; check it, then approve.';
      }
      return proposal !== undefined || reason.kind === 'modeApprove' || reason.kind === 'dailyCap'
        ? undefined
        : 'There is nothing to approve: no amendment is proposed, and no mode holds an attempt back. Use amend for other details, or retry.';
    case 'amend':
    case 'resolve':
      return leftInFlight(lineage) !== undefined || reason.retryLeadsTo === 'wait'
        ? 'A submit is pending, and its outcome must be known first. Use retry to check, or abandon.'
        : undefined;
    case 'retry':
    case 'abandon':
      return undefined;
  }
}

/** The commands that are offered, since they would be taken now, in the order of their declaration. */
export function commandsNow(lineage: ChangeSetCase): ReadonlyArray<CommandName<typeof changeSetCommands>> {
  return commandsIn(changeSetCommands, stateName(lineage)).filter((name) => refusal(lineage, name) === undefined);
}
