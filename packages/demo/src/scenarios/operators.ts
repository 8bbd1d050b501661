import type { AmendCommand } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { failedByAws, failedByContents, failureOf, newOrigin, newProductId, update } from './changeSetParts.ts';
import { accounts } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const operator = { actor: 'npm start', reason: 'shows what a command does' };
const amend: AmendCommand = {
  ...operator,
  changes: [{ index: 0, details: '{"ProductTitle":"My product, version 3"}' }],
};
const asked = { state: 'awaitingDecision' } as const;
const remediated = { state: 'remediated', closed: true, facts: { attempt: '1' } } as const;

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
      expected: { state: 'observed', saying: 'attempt 1 would have been submitted now' },
      submits: 0,
    }),
  ];
}
