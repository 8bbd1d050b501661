import { CancellationScope, condition, continueAsNew, setHandler } from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import type { CommandAnswer } from '../shared/operatorCommands.ts';
import { startNoticeOutbox } from '../shared/noticeOutbox.ts';
import { whilePhaseLasts } from '../shared/phases.ts';
import { ignoreUnknownSignals, requireTexts } from '../shared/start.ts';
import { securityDefaults, type SecurityPolicy } from './defaults.ts';
import { nextStep, securityDetails, securityStatus } from './details.ts';
import { handleSecurityCommands } from './handlers.ts';
import * as messages from './contract.ts';
import { next, type SecurityMessage } from './transitions/next.ts';
import type { OperatorMessage } from './transitions/operatorCommands.ts';
import { reportProblem } from './transitions/reports.ts';
import { needsDecision, newCase, type Affected, type SecurityCaseState } from './state.ts';
import { watchAssessments, workOn, type PhaseWork } from './work.ts';

function publish(state: SecurityCaseState): void {
  const { phase } = state;
  publishDetails(securityDetails(state, Date.now()));
  publishAttributes({
    state: phase.name,
    account: state.account,
    attention: needsDecision(state),
    dueAt: phase.name === 'open' ? (phase.dueAt ?? null) : null,
  });
}

/** What the last check found, as long as it is to be watched. */
function watched({ phase }: SecurityCaseState): Affected | undefined {
  return phase.name === 'open' ? phase.affected : undefined;
}

/** Watches for changes in what is affected, past reminders and reports: a watch begins again with each new finding only. */
async function keepWatching(current: () => SecurityCaseState, work: PhaseWork): Promise<never> {
  for (;;) {
    await condition(() => watched(current()) !== undefined);
    const { phase } = current();
    const affected = watched(current());
    await whilePhaseLasts(
      () => watched(current()) !== affected,
      async () => (phase.name === 'open' ? watchAssessments(phase, work) : undefined),
    );
  }
}

/**
 * Watches over the security issues of one seller account: opens with a report, reminds until the due date and after it,
 * and is clear when a report or newer assessments prove it, or an operator says so. It stays open for the next report; only
 * a cancellation ends it.
 * @returns after a cancellation, where the account stood.
 */
export async function securityCase(input: messages.SecurityCaseInput): Promise<messages.SecurityStatus> {
  requireTexts(input, ['account'], { version: 1, account: '123456789012' });
  const policy: SecurityPolicy = { ...securityDefaults, ...input.policy };
  let state = input.carried ?? newCase(input.account);
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'noted', sentence }));

  function apply(message: SecurityMessage): void {
    const transition = next(state, message, Date.now());
    state = transition.state;
    outbox.add(transition.notices);
    publish(state);
  }

  function take(message: OperatorMessage): CommandAnswer {
    const before = state.phase;
    apply(message);
    return { state: state.phase.name, changed: state.phase !== before, message: nextStep(state.phase) };
  }

  setHandler(messages.securityStatusQuery, () => securityStatus(state, Date.now()), {
    description: 'The case as it stands',
  });
  setHandler(
    messages.securityReportSignal,
    (report) => {
      const sentence = reportProblem(report);
      apply(sentence === undefined ? { type: 'report', report } : { type: 'noted', sentence });
    },
    { description: 'A summary report of the vendor; sent by the ingress' },
  );
  handleSecurityCommands(() => state, take);
  ignoreUnknownSignals();
  CancellationScope.current().cancelRequested.catch(() => {
    const command = { actor: 'unknown (cancellation request)', reason: 'Cancellation was requested.' };
    apply({ type: 'cancelled', command });
  });

  publish(state);
  const work: PhaseWork = { account: state.account, policy, apply };
  return CancellationScope.nonCancellable(async () => {
    void keepWatching(() => state, work);
    await untilEnded({
      phase: () => state.phase,
      ended: (phase) => phase.name === 'abandoned',
      work: (phase) => workOn(phase, work),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof securityCase>({ ...input, carried: state }),
    });
    return securityStatus(state, Date.now());
  });
}
