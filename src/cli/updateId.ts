import { createHash } from 'node:crypto';
import type { CommandInput, OperatorCommand } from '../workflows/shared/operatorCommands.ts';
import type { WorkflowStatus } from './status.ts';

/**
 * The id of an operator's update. It is the same for a repeat in the same words about the same decision, which the server
 * answers with its first answer; it differs once the workflow took the same command and asks for a new decision.
 * @param input actor, reason and the command's own fields, among them the `proposal` that it decides on, where it names one.
 * @param status the workflow's, before the command is sent.
 */
export function updateId(
  name: string,
  command: Pick<OperatorCommand, 'takenIn' | 'sameDecision' | 'decidesOnProposal'>,
  input: CommandInput,
  status: WorkflowStatus,
): string {
  const earlier = (status.audit ?? []).filter((entry) => entry.command === name);
  const taken = isTaken(name, command, input, status);
  // A command that changed nothing has no record: it must not answer for the first one that does change something.
  const none = taken && earlier.length === 0 ? 'nothingTaken' : 'first';
  const before = earlier.at(taken ? -2 : -1)?.at ?? none;
  const { actor, reason, ...data }: CommandInput & { readonly proposal?: unknown } = input;
  const whole = [name, actor, reason, before, data];
  if (command.decidesOnProposal === true) {
    // Named or not: once the workflow took the command, only its record has the proposal.
    const recorded = taken ? earlier.at(-1)?.['proposal'] : undefined;
    const proposal = data.proposal ?? status['proposal'] ?? recorded;
    if (proposal !== undefined) whole.splice(-1, 1, { ...data, proposal });
  }
  const digest = createHash('sha256').update(JSON.stringify(whole)).digest('hex');
  return `steward-${name}-${digest.slice(0, 32)}`;
}

/** Whether the situation is already what the command leads to. */
function isTaken(
  name: string,
  { takenIn, sameDecision }: Pick<OperatorCommand, 'takenIn' | 'sameDecision'>,
  { actor, reason }: CommandInput,
  status: WorkflowStatus,
): boolean {
  if (sameDecision === 'never') return false;
  if (sameDecision === 'whileNotTaken') return !takenIn.includes(status.state);
  const last = status.audit?.findLast((entry) => entry.command === name);
  const member = status[sameDecision.whileStatusHas] ?? undefined;
  return member !== undefined && last?.actor === actor && last.reason === reason;
}
