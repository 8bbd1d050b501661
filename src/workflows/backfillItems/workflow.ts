import { workflowInfo } from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import { stateName } from '../shared/backfills.ts';
import { runCase, type Carried } from '../shared/case.ts';
import { backfillItemsContract, type BackfillItemsInput, type BackfillStatus } from './contract.ts';
import { backfillDetails, backfillStatus } from './details.ts';
import { readBackfill } from './carried.ts';
import { exampleInput, givenPolicy, listOf, requireInput } from './input.ts';
import { backfillItemsPolicy } from './policyValues.ts';
import { carriedOr } from '../shared/carried.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { newBackfill, type BackfillMessage, type BackfillPlan } from './state.ts';
import { backfillSubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { workOn } from './work.ts';

/** Stands for the merchant where a list has items of several. */
const severalMerchants = 'several';

/**
 * Rechecks the items of a list: delivers each to its own workflow at a bounded rate, retries what was not delivered, and
 * reports once, at the end.
 * @returns the numbers, what failed, and every command.
 */
export async function backfillItems(input: BackfillItemsInput & Carried): Promise<BackfillStatus> {
  requireInput(input);
  const list = listOf(input);
  const merchants = [...new Set(list.items.map(({ businessProductId }) => businessProductId))];
  const [merchant = severalMerchants, ...others] = merchants;
  const account = others.length === 0 ? merchant : severalMerchants;
  const { workflowId, firstExecutionRunId: firstRunId } = workflowInfo();
  const { policy, meanwhile } =
    wholePolicy(backfillItemsPolicy, input) ??
    (await resolvedPolicy(
      'backfillItems',
      backfillItemsPolicy,
      { policy: givenPolicy(input) },
      exampleInput,
      backfillItemsContract,
      // What one run has begun, the next ends.
      input.carried === undefined ? merchants : undefined,
    ));
  const plan: BackfillPlan = {
    policy: { ...policy, ...defined({ ratePerSecond: input.ratePerSecond }) },
    items: list.items,
    identity: { workflowId, firstRunId, account },
  };
  return runCase({
    contract: backfillItemsContract,
    input,
    state: carriedOr(input, readBackfill, () => newBackfill(list, Date.now())),
    policy: plan,
    ...defined({ meanwhile }),
    next,
    status: (backfill) => backfillStatus(backfill, plan),
    statusDescription: 'How far the backfill is',
    details: (backfill) => backfillDetails(backfill, plan),
    attributes: (backfill) => ({
      state: stateName(backfill),
      account,
      attention: false,
      subject: backfillSubject(backfill),
    }),
    commands: { message: (given): BackfillMessage => given },
    cancelled: (command) => ({ type: 'stop', command }),
    work: (phase, run) => workOn(phase, { ...run, eventId: `backfill:${firstRunId}`, plan }),
  });
}
