import { begun } from '../shared/begun.ts';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { requireTexts } from '../shared/input.ts';
import { securityCaseContract, securityReportSignal, type SecurityCaseInput, type SecurityStatus } from './contract.ts';
import { securityDefaults, type SecurityPolicy } from './defaults.ts';
import { securityDetails, securityStatus } from './details.ts';
import { needsDecision, newCase, stateName, type SecurityCaseState } from './state.ts';
import { next } from './transitions/next.ts';
import { refusal } from './transitions/operatorCommands.ts';
import { reportProblem } from './transitions/reports.ts';
import { keepWatching, workOn } from './work.ts';

/**
 * Watches over the security issues of one seller account: opens with a report, reminds until the due date and after it,
 * and is clear when a report or newer assessments prove it, or an operator says so. It stays open for the next report; only
 * a cancellation ends it.
 * @returns after a cancellation, where the account stood.
 */
export async function securityCase(input: SecurityCaseInput & Carried<SecurityCaseState>): Promise<SecurityStatus> {
  requireTexts(input, ['account'], { version: 1, account: '123456789012' });
  const policy: SecurityPolicy = { ...securityDefaults, ...input.policy };
  return runCase({
    contract: securityCaseContract,
    input,
    policy,
    state: input.carried ?? newCase(input.account, begun().firstRunId),
    next,
    status: (state) => securityStatus(state, Date.now()),
    statusDescription: 'The security issues of the account, and the reminders',
    details: (state) => securityDetails(state, Date.now()),
    attributes: (state) => ({
      state: stateName(state),
      account: state.account,
      attention: needsDecision(state),
      dueAt: state.phase.name === 'open' ? (state.phase.dueAt ?? null) : null,
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
