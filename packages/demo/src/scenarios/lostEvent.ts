import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { accountCheckId } from '../../../../src/workflows/reconcileChangeSets/contract.ts';
import { newOrigin, newProductId, update } from './changeSetParts.ts';
import { foundAccounts, onEveryChannel, settlingMs } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const group = 'Found afterwards';
const failsInMs = 500;

/**
 * A change set fails, and the simulated vendor swallows its event. An operator has the account checked at once
 * instead of within a quarter of an hour.
 */
export function lostEventScenarios(context: ScenarioContext): readonly Scenario[] {
  const account = foundAccounts.unheard;
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
        {
          from: 'console',
          works: ({ catalog }) =>
            catalog.plan({
              match: { changeSetId },
              outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: failsInMs, event: 'lost' }],
            }),
        },
        { from: 'administrator', does: 'reconcile', account, changeSetId, settlingMs },
      ],
    },
    {
      name: 'the reconciliation that has found it',
      group,
      workflowId: accountCheckId(account),
      sameId: true,
      expected: { state: 'missedFound', closed: true, facts: { listed: '1', known: '0', missed: '1' } },
      // By then the change set has its workflow.
      afterReset: [{ state: 'allKnown', closed: true, facts: { listed: '1', known: '1', missed: '0' } }],
      notified: onEveryChannel(1),
      events: [],
    },
  ];
}
