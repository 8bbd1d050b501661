import { CancellationScope, continueAsNew, setHandler } from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import { handleCommand } from '../shared/commandHandler.ts';
import type { CommandAnswer, PersonCommand } from '../shared/commands.ts';
import { startNoticeOutbox } from '../shared/noticeOutbox.ts';
import { ignoreUnknownSignals, requireTexts } from '../shared/start.ts';
import { securityDefaults, type SecurityPolicy } from './defaults.ts';
import { nextStep, securityDetails, securityStatus } from './details.ts';
import * as messages from './messages.ts';
import { next, type SecurityMessage } from './next.ts';
import { needsPerson, newCase, refusal, reportProblem, type SecurityCaseState } from './state.ts';
import { workOn } from './work.ts';

function publish(state: SecurityCaseState): void {
  const { phase } = state;
  publishDetails(securityDetails(state));
  publishAttributes({
    state: phase.name,
    account: state.account,
    attention: needsPerson(state),
    dueAt: phase.name === 'open' ? (phase.dueAt ?? null) : null,
  });
}

/**
 * Watches over the security issues of one seller account: opens with a report, reminds until the due date and after it,
 * and is clear when a report proves it or a person says so. It stays open for the next report; only a cancellation ends
 * it.
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

  function take(type: 'acknowledge' | 'resolve', command: PersonCommand): CommandAnswer {
    const before = state.phase;
    apply({ type, command });
    return { state: state.phase.name, changed: state.phase !== before, message: nextStep(state.phase) };
  }

  setHandler(messages.securityStatusQuery, () => securityStatus(state), { description: 'The case as it stands' });
  setHandler(
    messages.securityReportSignal,
    (report) => {
      const sentence = reportProblem(report);
      apply(sentence === undefined ? { type: 'report', report } : { type: 'noted', sentence });
    },
    { description: 'A summary report of the vendor; sent by the ingress' },
  );
  handleCommand(messages.acknowledgeUpdate, {
    description: 'Mute all reminders but those of the last day and after the due date.',
    refusal: () => refusal(state, 'acknowledge'),
    take: (command) => take('acknowledge', command),
  });
  handleCommand(messages.resolveUpdate, {
    description: 'Close the case on your word; a later report with issues opens it again.',
    refusal: () => refusal(state, 'resolve'),
    take: (command) => take('resolve', command),
  });
  ignoreUnknownSignals();
  CancellationScope.current().cancelRequested.catch(() => {
    const command = { actor: 'unknown (cancellation request)', reason: 'Cancellation was requested.' };
    apply({ type: 'cancelled', command });
  });

  publish(state);
  return CancellationScope.nonCancellable(async () => {
    await untilEnded({
      phase: () => state.phase,
      ended: (phase) => phase.name === 'abandoned',
      work: (phase) => workOn(phase, { account: state.account, policy, apply }),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof securityCase>({ ...input, carried: state }),
    });
    return securityStatus(state);
  });
}
