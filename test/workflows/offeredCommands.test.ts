import { after, diagnosis, originId, outcome } from '@marketplace-steward/testing/changeSets';
import { readyCommands } from '../../src/cli/operatorCommands.ts';
import { defined } from '../../src/defined.ts';
import { commandsByFit } from '../../src/workflows/changeSetRemediation/advice.ts';
import type { ChangeSetCase, DecisionReason } from '../../src/workflows/changeSetRemediation/state.ts';
import { leadsToSubmit, modeRefusal, refusal } from '../../src/workflows/changeSetRemediation/transitions/refusals.ts';
import { contracts } from '../../src/workflows/contracts.ts';
import { commandsIn, stateRefusal, type OperatorCommands } from '../../src/workflows/shared/operatorCommands.ts';

const places = contracts.flatMap(({ type, states, commands }) =>
  Object.keys(states).map((state) => ({ type, state, commands: commands as OperatorCommands })),
);

test('what is offered without a worker’s answer is taken in that state, whatever the type', () => {
  for (const { type, state, commands } of places) {
    const offered = readyCommands({ type, state }, ['id'], '').map((line) => line.split(' ')[1] ?? '');
    expect(offered).toEqual(commandsIn(commands, state));
    for (const name of offered) {
      expect({ type, state, refused: stateRefusal(commands, name, state) }).toEqual({
        type,
        state,
        refused: undefined,
      });
    }
  }
  expect(readyCommands({ type: 'changeSetRemediation', state: 'observed' }, ['id'], '').join()).not.toContain('retry');
});

/** All of them: the compiler names one that is missing. */
const kinds = Object.keys({
  decision: true,
  modeObserve: true,
  modeApprove: true,
  dailyCap: true,
  blockerRemains: true,
  submitRefused: true,
  submitUnknown: true,
  outcomeMissing: true,
  checkFailed: true,
} satisfies Record<DecisionReason['kind'], true>) as ReadonlyArray<DecisionReason['kind']>;
const asked = after(
  outcome(originId, 'FAILED'),
  { type: 'inspected', findings: { origin: diagnosis(), successors: [] } },
  { type: 'backOffElapsed' },
  { type: 'submitAnswered', result: { outcome: 'held', by: 'observe' } },
).lineage;
const by = { amendments: [], by: 'ann', at: '2026-11-01T12:00:00Z' };

/** Questions of every kind, with and without a proposal, a submit in flight and an end that waits. */
function* questions(): Generator<ChangeSetCase> {
  const { phase } = asked;
  if (phase.name !== 'awaitingDecision') throw new Error('no question');
  for (const kind of kinds) {
    for (const retryLeadsTo of ['submit', 'inspect', 'wait'] as const) {
      for (const proposal of [undefined, { ...by, difference: [] }, by]) {
        for (const end of [undefined, 'abandoned'] as const) {
          const reason: DecisionReason = { ...phase.reason, kind, retryLeadsTo };
          yield { ...asked, ...defined({ pendingEnd: end }), phase: { ...phase, reason, ...defined({ proposal }) } };
        }
      }
    }
  }
}

test('what the question about a change set offers is taken, by the workflow and by the mode that it knows of', () => {
  let offers = 0;
  for (const lineage of questions()) {
    const { phase } = lineage;
    const mode = phase.name === 'awaitingDecision' && phase.reason.kind === 'modeObserve' ? 'observe' : 'auto';
    for (const name of commandsByFit(lineage)) {
      const byMode = leadsToSubmit(lineage, name) ? modeRefusal(lineage.account, name, { mode }) : undefined;
      expect({ phase, name, refused: refusal(lineage, name) ?? byMode }).toEqual({ phase, name, refused: undefined });
      offers += 1;
    }
  }
  expect(offers).toBeGreaterThan(200);
});
