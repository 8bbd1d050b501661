import type { AmendCommand } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { failedByAws, failedByContents, failureOf, newOrigin, newProductId, update } from './changeSetParts.ts';
import type { PutChangeSet } from './changeSetParts.ts';
import { accounts, onEveryChannel } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const operator = { actor: 'npm start', reason: 'shows what a command does' };
const amend: AmendCommand = {
  ...operator,
  changes: [{ index: 0, details: '{"ProductTitle":"My product, version 3"}' }],
};
const asked = { state: 'awaitingDecision' } as const;
const remediated = { state: 'remediated', closed: true, facts: { attempt: '1' } } as const;

/** A reviewer at AWS refuses to publish a product: their words reach every channel, and the report of `show`. */
function auditRefusal(context: ScenarioContext): Scenario {
  const origin = newOrigin(context);
  const reviewer = 'The logo is too small. Fix and resubmit.';
  const changeSet: PutChangeSet = {
    ...failedByContents(update(origin, newProductId(context), accounts.publisher)),
    name: 'Publish my product',
    failureDescription: 'A change was refused.',
  };
  const changes = changeSet.changes.map((change) => ({
    ...change,
    changeType: 'UpdateVisibility',
    details: '{"TargetVisibility":"Public"}',
    errors: [{ code: 'AUDIT_ERROR', message: reviewer }],
  }));
  const scenario = failureOf(
    origin,
    { ...changeSet, changes },
    {
      name: 'an audit refusal: AWS’s words in notice and show',
      group: 'Decided by an operator',
      expected: { state: 'awaitingDecision', saying: 'The same input fails again', reporting: reviewer },
      submits: 0,
    },
  );
  return { ...scenario, notified: onEveryChannel(1), notifiedSaying: reviewer };
}

/** What operators decide: other details go out, an account's mode holds a submit back, or lets none go out at all. */
export function operatorScenarios(context: ScenarioContext): readonly Scenario[] {
  const group = 'Decided by an operator';
  const [amended, approved, observed] = [newOrigin(context), newOrigin(context), newOrigin(context)];
  return [
    failureOf(amended, failedByContents(update(amended, newProductId(context))), {
      name: 'an operator amends, then approves',
      group,
      expected: remediated,
      submits: 1,
      events: [
        { from: 'operator', answer: { update: 'amend', input: amend }, once: asked },
        { from: 'operator', answer: { update: 'approve', input: operator } },
      ],
    }),
    failureOf(approved, failedByAws(update(approved, newProductId(context), accounts.channelPartner)), {
      name: 'approve mode: held, then approved',
      group,
      expected: remediated,
      submits: 1,
      events: [
        {
          from: 'operator',
          answer: { update: 'approve', input: operator },
          once: { ...asked, saying: 'The account is in approve mode' },
        },
      ],
    }),
    failureOf(observed, failedByAws(update(observed, newProductId(context), accounts.observer)), {
      name: 'observe mode: nothing is sent',
      group,
      expected: { state: 'observed', saying: 'In auto mode, the steward would have submitted attempt 1' },
      submits: 0,
    }),
    auditRefusal(context),
  ];
}
