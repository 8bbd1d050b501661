import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { reconcileScheduleId } from '../../../../src/workflows/reconcileChangeSets/contract.ts';
import { newOrigin, newProductId, update } from './changeSetParts.ts';
import { foundAccounts, onEveryChannel, settlingMs } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const group = 'Found afterwards';
const failsInMs = 500;

/**
 * A change set fails, and the simulated vendor swallows its event. An operator has the account's schedule check once
 * instead of within a quarter of an hour.
 */
export function lostEventScenarios(context: ScenarioContext): readonly Scenario[] {
  const account = foundAccounts.unheard;
  const scheduleId = reconcileScheduleId(account);
  const { id: changeSetId, ...times } = newOrigin(context);
  const running = {
    ...update({ id: changeSetId, ...times }, newProductId(context), account),
    status: 'APPLYING',
  } as const;
  return [
    {
      name: 'an event is lost, and the change set found',
      group,
      workflowId: changeSetWorkflowId(changeSetId),
      expected: { state: 'remediated', closed: true, facts: { attempt: '1' } },
      submits: { ofOrigins: [changeSetId], expected: 1 },
      prepare: ({ catalog }) => catalog.putChangeSet(running),
      events: [
        // What had failed before the schedule was made is not checked for.
        { from: 'administrator', does: 'awaitSchedule', scheduleId },
        {
          from: 'console',
          works: ({ catalog }) =>
            catalog.plan({
              match: { changeSetId },
              outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: failsInMs, event: 'lost' }],
            }),
        },
        { from: 'administrator', does: 'reconcile', scheduleId, changeSetId, settlingMs },
      ],
    },
    {
      name: 'the reconciliation that has found it',
      group,
      workflowId: scheduleId,
      scheduled: true,
      expected: { state: 'missedFound', closed: true, facts: { listed: '1', known: '0', missed: '1' } },
      notified: onEveryChannel(1),
      events: [],
    },
  ];
}
