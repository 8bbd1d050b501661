import { carriedOr } from '../shared/carried.ts';
import { readSecurityCase } from './carried.ts';
import { begun } from '../shared/begun.ts';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { requireTexts } from '../shared/input.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { securityCaseContract, securityReportSignal, type SecurityCaseInput, type SecurityStatus } from './contract.ts';
import { securityDetails, securityStatus } from './details.ts';
import { securityPolicy } from './policyValues.ts';
import { needsDecision, newCase, stateName, type SecurityCaseState } from './state.ts';
import { securitySubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { refusal } from './transitions/operatorCommands.ts';
import { reportProblem } from './transitions/reports.ts';
import { keepWatching, workOn } from './work.ts';

const example = { version: 1, account: '123456789012' };

function subjectIn({ account, phase }: SecurityCaseState): string {
  if (phase.name !== 'open') return securitySubject({ account, open: false });
  const { report, dueAt } = phase;
  return securitySubject({ account, open: true, products: report.numberOfProductsWithIssues, dueAt });
}

/**
 * Watches over the security issues of one seller account: opens with a report, reminds until the due date and after it,
 * and is clear when a report or newer assessments prove it, or an operator says so. It stays open for the next report; only
 * a cancellation ends it.
 * @returns after a cancellation, where the account stood.
 */
export async function securityCase(input: SecurityCaseInput & Carried): Promise<SecurityStatus> {
  requireTexts(input, ['account'], example);
  const recorded =
    wholePolicy(securityPolicy, input) ??
    (await resolvedPolicy('securityCase', securityPolicy, input, example, securityCaseContract));
  return runCase({
    contract: securityCaseContract,
    input,
    ...recorded,
    policyShape: securityPolicy,
    state: carriedOr(input, readSecurityCase, () => newCase(input.account, begun().firstRunId)),
    next,
    status: (state) => securityStatus(state, Date.now()),
    statusDescription: 'The security issues of the account, and the reminders',
    details: (state) => securityDetails(state, Date.now()),
    attributes: (state) => ({
      state: stateName(state),
      account: state.account,
      attention: needsDecision(state),
      dueAt: state.phase.name === 'open' ? (state.phase.dueAt ?? null) : null,
      subject: subjectIn(state),
    }),
    signals: [
      onSignal(
        securityReportSignal,
        'A summary report of the vendor; sent by the ingress',
        (report) => reportProblem(report) ?? { type: 'report', report },
      ),
    ],
    commands: { message: (given) => given, refusal },
    cancelled: (command) => ({ type: 'cancelled', command }),
    begin: (run) => void keepWatching(run),
    work: workOn,
  });
}
