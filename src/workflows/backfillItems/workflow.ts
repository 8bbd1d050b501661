import { CancellationScope, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { handleBackfillCommands } from '../shared/backfillHandlers.ts';
import { stateName, type BackfillPhase } from '../shared/backfills.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import { startNoticeOutbox } from '../shared/outbox.ts';
import { ignoreUnknownSignals } from '../shared/start.ts';
import { backfillDetails, backfillStatus } from './details.ts';
import { listOf, policyOf, requireInput } from './input.ts';
import * as messages from './contract.ts';
import { itemsDigest } from './notices.ts';
import { newBackfill, type Backfill, type BackfillMessage } from './state.ts';
import { next } from './transitions/next.ts';
import { workOn } from './work.ts';

/** A run of the workflow continues as new with its state. */
type Run = messages.BackfillItemsInput & { readonly carried?: Backfill };

/** Stands for the merchant where a list has items of several. */
const severalMerchants = 'several';

/**
 * Rechecks the items of a list: delivers each to its own workflow at a bounded rate, retries what was not delivered, and
 * reports once, at the end.
 * @returns the numbers, what failed, and every command.
 */
export async function backfillItems(input: Run): Promise<messages.BackfillStatus> {
  requireInput(input);
  const policy = policyOf(input);
  const list = listOf(input);
  const merchants = [...new Set(list.items.map(({ businessProductId }) => businessProductId))];
  const account = merchants.length === 1 ? (merchants[0] ?? severalMerchants) : severalMerchants;
  const { workflowId, firstExecutionRunId } = workflowInfo();
  let backfill = input.carried ?? newBackfill(list, Date.now());
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'noted', sentence }));

  function publish(): void {
    publishDetails(backfillDetails(backfill, policy, merchants));
    publishAttributes({ state: stateName(backfill), account, attention: false });
  }

  function apply(message: BackfillMessage): void {
    const before = backfill.phase.name;
    backfill = next(backfill, message, { policy, items: list.items, nowMs: Date.now() });
    if (backfill.phase.name === 'ended' && before !== 'ended') {
      outbox.add([itemsDigest(backfill, { workflowId, firstRunId: firstExecutionRunId, account })]);
    }
    publish();
  }

  setHandler(messages.backfillStatusQuery, () => backfillStatus(backfill, policy), {
    description: 'How far the backfill is',
  });
  handleBackfillCommands({
    updates: { pause: messages.pauseUpdate, resume: messages.resumeUpdate, stop: messages.stopUpdate },
    current: () => backfill,
    apply,
    answer: () => {
      const { state, nextStep } = backfillStatus(backfill, policy);
      return { state, message: nextStep };
    },
  });
  ignoreUnknownSignals();
  publish();

  return CancellationScope.nonCancellable(async () => {
    await untilEnded<BackfillPhase>({
      phase: () => backfill.phase,
      ended: ({ name }) => name === 'ended',
      work: (phase) =>
        workOn(phase, {
          eventId: `backfill:${firstExecutionRunId}`,
          items: list.items,
          policy,
          current: () => backfill,
          apply,
        }),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof backfillItems>({ ...input, carried: backfill }),
    });
    return backfillStatus(backfill, policy);
  });
}
