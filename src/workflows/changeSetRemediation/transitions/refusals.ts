import { leftInFlight, type ChangeSetCase, type LineageCommand, type Phase } from '../state.ts';

function refusalWhileAsked(
  lineage: ChangeSetCase,
  phase: Extract<Phase, { name: 'awaitingDecision' }>,
  command: LineageCommand,
): string | undefined {
  const { proposal, reason } = phase;
  switch (command) {
    case 'approve':
      if (proposal !== undefined && proposal.difference === undefined) {
        return 'The difference that the proposal makes is being computed; check it, then approve.';
      }
      return proposal !== undefined || reason.kind === 'modeApprove' || reason.kind === 'dailyCap'
        ? undefined
        : 'There is nothing to approve: no amendment is proposed, and no mode holds an attempt. Use retry.';
    case 'amend':
    case 'resolve':
      // Nothing else goes out, and nothing is closed, while a successor may be in flight.
      return leftInFlight(lineage) !== undefined || reason.retryLeadsTo === 'wait'
        ? 'A submit is pending, and what became of it must be known first. Use retry to check, or abandon.'
        : undefined;
    case 'retry':
    case 'abandon':
      return undefined;
  }
}

const pendingEndSentence = 'This change set is being abandoned; no attempt can be added.';

/**
 * Whether an operator's command makes sense now.
 * @returns undefined where it does, else a sentence that says why not and what would.
 */
export function refusal(lineage: ChangeSetCase, command: LineageCommand): string | undefined {
  const { phase } = lineage;
  switch (phase.name) {
    case 'ended':
      return `This change set is closed as ${phase.end}; nothing more can be done here.`;
    case 'awaitingDecision':
      return lineage.pendingEnd && (command === 'amend' || command === 'approve')
        ? pendingEndSentence
        : refusalWhileAsked(lineage, phase, command);
    case 'abandoning':
      return /* guard: true */ command === 'abandon' ? undefined : pendingEndSentence;
    case 'inspecting':
    case 'diagnosing':
    case 'awaitingOutcome':
    case 'awaitingBlocker':
    case 'backingOff':
    case 'submitting':
      return command === 'abandon'
        ? undefined
        : `Nobody is asked now (${phase.name}): ${command} is taken when the state is awaitingDecision or observed.`;
  }
}
