import { CancellationScope, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { handleBackfillCommands } from '../shared/backfillHandlers.ts';
import { stateName, type BackfillPhase } from '../shared/backfills.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import { refuseInput } from '../shared/input.ts';
import { startNoticeOutbox } from '../shared/outbox.ts';
import { ignoreUnknownSignals } from '../shared/start.ts';
import { backfillDetails, backfillStatus } from './details.ts';
import { exampleInput, inputProblem, planOf } from './input.ts';
import * as messages from './contract.ts';
import { changeSetsDigest } from './notices.ts';
import { newBackfill, type Backfill, type BackfillMessage } from './state.ts';
import { next } from './transitions/next.ts';
import { scopeProblem, workOn } from './work.ts';

/** A run of the workflow continues as new with its state. */
type Run = messages.BackfillChangeSetsInput & { readonly carried?: Backfill };

/**
 * Picks up the change sets of the past: counts what AWS lists, and delivers each one that has no workflow to its own, as
 * fast as the account's quotas allow. A dry run, which it is unless the input says otherwise, only counts.
 * @returns the numbers, what failed, and every command.
 */
export async function backfillChangeSets(run: Run): Promise<messages.BackfillChangeSetsStatus> {
  const problem = run?.carried === undefined ? inputProblem(run, Date.now()) : undefined;
  if (problem !== undefined) refuseInput(problem, exampleInput);
  const { carried, ...input } = run;
  const plan = planOf(input, carried === undefined ? Date.now() : Date.parse(carried.startedAt));
  const { workflowId, firstExecutionRunId } = workflowInfo();
  let backfill = carried ?? newBackfill(plan, Date.now());
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'noted', sentence }));

  function publish(): void {
    publishDetails(backfillDetails(backfill, plan, input));
    publishAttributes({ state: stateName(backfill), account: plan.account, attention: false });
  }

  function apply(message: BackfillMessage): void {
    const before = backfill.phase.name;
    backfill = next(backfill, message, { plan, nowMs: Date.now() });
    if (backfill.phase.name === 'ended' && before !== 'ended' && !plan.dryRun) {
      outbox.add([changeSetsDigest(backfill, plan, { workflowId, firstRunId: firstExecutionRunId })]);
    }
    publish();
  }

  setHandler(messages.backfillChangeSetsStatusQuery, () => backfillStatus(backfill, plan, input), {
    description: 'How far the backfill is',
  });
  handleBackfillCommands({
    updates: { pause: messages.pauseUpdate, resume: messages.resumeUpdate, stop: messages.stopUpdate },
    current: () => backfill,
    apply,
    answer: () => {
      const { state, nextStep } = backfillStatus(backfill, plan, input);
      return { state, message: nextStep };
    },
  });
  ignoreUnknownSignals();
  publish();

  return CancellationScope.nonCancellable(async () => {
    const unknownScope = carried === undefined ? await scopeProblem(plan) : null;
    if (unknownScope !== null) refuseInput(unknownScope, exampleInput);
    await untilEnded<BackfillPhase>({
      phase: () => backfill.phase,
      ended: ({ name }) => name === 'ended',
      work: (phase) =>
        workOn(phase, {
          plan,
          foundBy: { backfillId: `${workflowId}:${firstExecutionRunId}`, act: plan.act },
          current: () => backfill,
          apply,
        }),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof backfillChangeSets>({ ...input, carried: backfill }),
    });
    return backfillStatus(backfill, plan, input);
  });
}
