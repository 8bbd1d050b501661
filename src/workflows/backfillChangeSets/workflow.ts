import { defined } from '../../defined.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { readBackfill } from './carried.ts';
import { backfillChangeSetsPolicy } from './policyValues.ts';
import { workflowInfo } from '@temporalio/workflow';
import { stateName } from '../shared/backfills.ts';
import { runCase, type Carried } from '../shared/case.ts';
import { refuseInput, requireReadable } from '../shared/input.ts';
import { backfillChangeSetsContract, type BackfillChangeSetsInput, type BackfillChangeSetsStatus } from './contract.ts';
import { backfillDetails, backfillStatus } from './details.ts';
import { exampleInput, inputProblem, planOf } from './input.ts';
import { newBackfill, type BackfillMessage } from './state.ts';
import { backfillSubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { scopeProblem, workOn } from './work.ts';

/**
 * Picks up the change sets of the past: counts what AWS lists, and delivers each one that has no workflow to its own, as
 * fast as the account's quotas allow. A dry run, which it is unless the input says otherwise, only counts.
 * @returns the numbers, what failed, and every command.
 */
export async function backfillChangeSets(run: BackfillChangeSetsInput & Carried): Promise<BackfillChangeSetsStatus> {
  requireReadable(run, exampleInput);
  const problem = run?.carried === undefined ? inputProblem(run, Date.now()) : undefined;
  if (problem !== undefined) refuseInput(problem, exampleInput);
  const { policy, given, meanwhile } =
    wholePolicy(backfillChangeSetsPolicy, run) ??
    (await resolvedPolicy(
      'backfillChangeSets',
      backfillChangeSetsPolicy,
      { policy: run.policy },
      exampleInput,
      backfillChangeSetsContract,
    ));
  const { carried, unsent: _unsent, given: _given, policy: _policy, ...range } = run;
  const input = { ...range, ...defined({ policy: given }) };
  const recorded = { ...run, policy, ...defined({ given }) };
  const before = carried === undefined ? undefined : readBackfill(carried);
  const plan = planOf(input, policy, before === undefined ? Date.now() : Date.parse(before.startedAt));
  const { account, act } = plan;
  const { workflowId, firstExecutionRunId: firstRunId } = workflowInfo();
  const foundBy = { backfillId: `${workflowId}:${firstRunId}`, act };
  return runCase({
    contract: backfillChangeSetsContract,
    input: recorded,
    state: before ?? newBackfill(plan, Date.now()),
    ...defined({ meanwhile }),
    policy: { plan, identity: { workflowId, firstRunId, account } },
    next,
    status: (backfill) => backfillStatus(backfill, plan, input),
    statusDescription: 'How far the backfill is',
    details: (backfill) => backfillDetails(backfill, plan, { input, workflowId }),
    attributes: (backfill) => ({
      state: stateName(backfill),
      account,
      attention: false,
      subject: backfillSubject(backfill, plan),
    }),
    commands: { message: (given): BackfillMessage => given },
    cancelled: (command) => ({ type: 'stop', command }),
    begin: async () => {
      const unknownScope = carried === undefined ? await scopeProblem(plan) : null;
      if (unknownScope !== null) refuseInput(unknownScope, exampleInput);
    },
    work: (phase, work) => workOn(phase, { ...work, plan, foundBy }),
  });
}
