import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import type { CommandAnswer, CommandInput } from '../shared/operatorCommands.ts';
import { whilePhaseLasts } from '../shared/phases.ts';
import { ignoreUnknownSignals, requireTexts } from '../shared/start.ts';
import { changeSetDefaults, type ChangeSetPolicy } from './defaults.ts';
import { handleCommands } from './commands.ts';
import { amendmentView, changeSetDetails, changeSetStatus, nextStep, searchable } from './details.ts';
import { startEffectOutbox } from './effects.ts';
import * as messages from './contract.ts';
import { next } from './transitions/next.ts';
import { outcomeProblem } from './transitions/outcomes.ts';
import {
  needsDecision,
  newCase,
  newestMember,
  nextAttempt,
  stateName,
  type ChangeSetCase,
  type LineageCommand,
} from './state.ts';
import type { LineageMessage } from './transitions/steps.ts';
import { workOn } from './work.ts';

const exampleInput = { version: 1, account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'the origin’s id' };

function publish(lineage: ChangeSetCase): void {
  const { entities, failureCodes } = searchable(lineage);
  const { phase } = lineage;
  publishAttributes({
    state: stateName(lineage),
    account: lineage.account,
    attention: needsDecision(lineage),
    changeSets: lineage.members.map(({ changeSetId }) => changeSetId),
    attempt: phase.name === 'backingOff' ? nextAttempt(lineage) : newestMember(lineage).attempt,
    ...(entities.length > 0 ? { entities } : {}),
    ...(failureCodes.length > 0 ? { failureCodes } : {}),
  });
}

/** The search attributes are brought up to date when the state's name changes or an attempt begins, not at every step. */
function isNews(before: ChangeSetCase, after: ChangeSetCase): boolean {
  return stateName(before) !== stateName(after) || (after.phase.name === 'backingOff' && after.phase !== before.phase);
}

/**
 * Owns a change set and all its successors (its lineage) from the first event to a proven end: diagnoses a failure,
 * decides by the table in `policy.ts`, sends it again where that is safe, and asks an operator where it is not.
 * @returns how it ended, with every member, note and command.
 */
export async function changeSetRemediation(
  input: messages.ChangeSetRemediationInput,
): Promise<messages.ChangeSetStatus> {
  requireTexts(input, ['account', 'catalog', 'changeSetId'], exampleInput);
  const policy: ChangeSetPolicy = { ...changeSetDefaults, ...input.policy };
  let lineage = input.carried ?? newCase(input);
  const outbox = startEffectOutbox((sentence) => apply({ type: 'noted', sentence }));

  function apply(message: LineageMessage): void {
    const before = lineage;
    const transition = next(lineage, message, { policy, nowMs: Date.now() });
    lineage = transition.lineage;
    outbox.add(transition.effects);
    publishDetails(changeSetDetails(lineage, policy));
    if (isNews(before, lineage)) publish(lineage);
  }

  function take(message: Extract<LineageMessage, { type: LineageCommand }>): CommandAnswer {
    const before = lineage.phase;
    apply(message);
    return { state: stateName(lineage), changed: lineage.phase !== before, message: nextStep(lineage.phase) };
  }

  setHandler(messages.changeSetStatusQuery, () => changeSetStatus(lineage), {
    description: 'The lineage as it stands',
  });
  setHandler(messages.amendmentQuery, () => amendmentView(lineage), {
    description: 'What a proposed amendment would change, without the contents',
  });
  setHandler(
    messages.changeSetOutcomeSignal,
    (message) => {
      const sentence = outcomeProblem(message);
      apply(sentence === undefined ? { type: 'outcome', message } : { type: 'noted', sentence });
    },
    { description: 'An outcome that the vendor reported; sent by the ingress' },
  );
  handleCommands(() => lineage, take);
  ignoreUnknownSignals();
  abandonOnCancel((command) => take({ type: 'abandon', command }));

  publishDetails(changeSetDetails(lineage, policy));
  if (lineage.phase.name !== 'ended') publish(lineage);
  const settled = (): boolean => outbox.idle() && allHandlersFinished();
  return CancellationScope.nonCancellable(async () => {
    for (let { phase } = lineage; phase.name !== 'ended'; { phase } = lineage) {
      const entered = phase;
      const left = (): boolean => lineage.phase !== entered || (renewalDue() && entered.name !== 'submitting');
      await whilePhaseLasts(left, () => workOn(entered, { current: () => lineage, policy, apply }));
      if (renewalDue()) {
        await condition(settled);
        return continueAsNew<typeof changeSetRemediation>({ ...input, carried: lineage });
      }
      await condition(() => lineage.phase !== entered || renewalDue());
    }
    await condition(settled);
    return changeSetStatus(lineage);
  });
}

/** Long histories are begun again with the state, before the limits of a history come near. */
function renewalDue(): boolean {
  return workflowInfo().continueAsNewSuggested;
}

/** A cancellation from the Web UI has no field for a name or a reason; it means abandon. */
function abandonOnCancel(take: (command: CommandInput) => void): void {
  CancellationScope.current().cancelRequested.catch(() => {
    take({ actor: 'unknown (cancellation request)', reason: 'Cancellation was requested.' });
  });
}
