import { securityWorkflowId } from '../../../../src/workflows/securityCase/contract.ts';
import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';
import { accounts, bytesOf, securityAccounts, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, ScenarioEvent, SimulatorControls } from './scenario.ts';

const sample = {
  account: '123456789012',
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '533fa17d-3e97-5051-bcaf-1fae45fb3f8b',
  time: '2023-10-31T00:00:00Z',
  dueAt: '2023-12-01T00:00:00Z',
};
const group = 'Security, offers, quarantine';
const operator = { actor: 'npm start', reason: 'the fix is in review' };
const idLength = 13;
const dayMs = 86_400_000;
const secondMs = 1_000;
/** For a case that becomes overdue during the start: late enough for all scenarios to have begun, so that its reminders lie ahead. */
const dueSoonMs = 25 * secondMs;

/** A report of this account's issues; the vendor's sample, with its ids and dates. */
function reported(
  { uuid, nowMs }: ScenarioContext,
  account: string,
  { dueAt, afterMs = 0 }: { readonly dueAt: string; readonly afterMs?: number },
): Extract<ScenarioEvent, { from: 'sample' }> {
  const replacements = new Map([
    [sample.account, account],
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs + afterMs)],
    [sample.dueAt, dueAt],
  ]);
  const bytes = bytesOf(withReplaced(readFixture('securityReportCreated'), replacements));
  return { from: 'sample', envelope: 'eventbridge', bytes, answer: 'delivered' };
}

/** An AMI product of which the one delivery option has failed its assessment; and how it passes a newer one. */
function failedProduct({ token, nowMs }: ScenarioContext, account: string) {
  const [entityId, deliveryOptionId] = [`prod-${token(idLength)}`, `do-${token(idLength)}`];
  const assessment = (result: 'PASS' | 'FAIL', createdMs: number) => ({
    account,
    AssessmentId: `assessment-${token(idLength)}`,
    AssessmentTargetSummary: { EntityId: entityId },
    FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: deliveryOptionId } },
    AssessmentResult: result,
    CreatedAt: vendorTime(createdMs),
  });
  const error = { Code: 'VULNERABLE_PACKAGE', Message: 'A package has known vulnerabilities.' };
  return {
    fail: ({ catalog }: SimulatorControls): void => {
      catalog.putEntity({
        account,
        entityId,
        entityType: 'AmiProduct@1.0',
        details: {
          Description: { ProductTitle: 'My AMI' },
          Versions: [{ VersionTitle: '1.0', DeliveryOptions: [{ Id: deliveryOptionId }] }],
        },
      });
      catalog.putAssessment({
        ...assessment('FAIL', nowMs - dayMs),
        ControlAssessments: [{ ControlId: 'vulnerabilities', ControlAssessmentResult: 'FAIL', Errors: [error] }],
      });
    },
    pass: ({ catalog }: SimulatorControls): void => {
      catalog.putAssessment(assessment('PASS', nowMs));
    },
  };
}

/** Of one account there is one case, kept from start to start: the due date identifies this report. */
function isoOf(vendorsTime: string): string {
  return new Date(vendorsTime).toISOString();
}

function dueInTenDays(context: ScenarioContext): Scenario {
  const dueAt = vendorTime(context.nowMs + 10 * dayMs);
  return {
    name: 'security report, due in 10 days',
    group,
    workflowId: securityWorkflowId(accounts.manufacturer),
    expected: { state: 'open', facts: { dueAt: isoOf(dueAt) }, saying: 'The next reminder goes out at' },
    prepare: failedProduct(context, accounts.manufacturer).fail,
    events: [reported(context, accounts.manufacturer, { dueAt })],
  };
}

function toProof(context: ScenarioContext): Scenario {
  const account = securityAccounts.proven;
  const product = failedProduct(context, account);
  const dueAt = vendorTime(context.nowMs + 10 * dayMs);
  const open = { state: 'open', facts: { dueAt: isoOf(dueAt) }, saying: 'The next reminder goes out at' };
  return {
    name: 'security report, fixed and proven',
    group,
    workflowId: securityWorkflowId(account),
    expected: { state: 'clear', saying: 'Every affected delivery option has passed a newer assessment.' },
    prepare: product.fail,
    events: [reported(context, account, { dueAt }), { from: 'console', once: open, works: product.pass }],
  };
}

function toOverdue(context: ScenarioContext): Scenario {
  const account = securityAccounts.overdue;
  const dueAt = vendorTime(context.nowMs + dueSoonMs);
  return {
    name: 'security report, overdue',
    group,
    workflowId: securityWorkflowId(account),
    expected: { state: 'open', facts: { dueAt: isoOf(dueAt), lastReminder: 'overdue-5s' } },
    prepare: failedProduct(context, account).fail,
    events: [reported(context, account, { dueAt })],
  };
}

function dueDateMoved(context: ScenarioContext): Scenario {
  const account = securityAccounts.moved;
  const first = vendorTime(context.nowMs + 20 * dayMs);
  const second = vendorTime(context.nowMs + 40 * dayMs);
  return {
    name: 'security report, its due date moves',
    group,
    workflowId: securityWorkflowId(account),
    expected: { state: 'open', facts: { dueAt: isoOf(second) }, saying: 'The next reminder goes out at' },
    prepare: failedProduct(context, account).fail,
    events: [
      reported(context, account, { dueAt: first }),
      {
        ...reported(context, account, { dueAt: second, afterMs: secondMs }),
        once: { state: 'open', facts: { dueAt: isoOf(first) }, saying: 'The next reminder goes out at' },
      },
    ],
  };
}

function snoozed(context: ScenarioContext): Scenario {
  const account = securityAccounts.snoozed;
  const dueAt = vendorTime(context.nowMs + 10 * dayMs);
  const facts = { dueAt: isoOf(dueAt) };
  return {
    name: 'security report, snoozed',
    group,
    workflowId: securityWorkflowId(account),
    expected: { state: 'open', facts, saying: `Snoozed by ${operator.actor} until` },
    prepare: failedProduct(context, account).fail,
    events: [
      reported(context, account, { dueAt }),
      {
        from: 'operator',
        once: { state: 'open', facts, saying: 'The next reminder goes out at' },
        answer: { update: 'snooze', input: { ...operator, days: 5 } },
      },
    ],
  };
}

/** Reports of security issues, an account each: one that waits, and what else can become of one. */
export function securityScenarios(context: ScenarioContext): readonly Scenario[] {
  return [dueInTenDays(context), toProof(context), toOverdue(context), dueDateMoved(context), snoozed(context)];
}
