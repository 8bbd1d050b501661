import { defined } from '../../../../src/defined.ts';
import { securityWorkflowId } from '../../../../src/workflows/securityCase/contract.ts';
import { accounts, posted, securityAccounts, vendorTime } from './scenario.ts';
import type { Expectation, Scenario, ScenarioContext, ScenarioEvent, SimulatorControls } from './scenario.ts';

const sample = {
  account: '123456789012',
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '533fa17d-3e97-5051-bcaf-1fae45fb3f8b',
  time: '2023-10-31T00:00:00Z',
  dueAt: '2023-12-01T00:00:00Z',
};
const operator = { actor: 'npm start', reason: 'the fix is in review' };
const idLength = 13;
const dayMs = 86_400_000;
const secondMs = 1_000;
/** For a case that becomes overdue during the start: late enough for all scenarios to have begun, so that its reminders lie ahead. */
const dueSoonMs = 25 * secondMs;

/** A report of this account's issues; the vendor's sample, with its ids and dates. */
function reported({ uuid, nowMs }: ScenarioContext, account: string, dueAt: string, afterMs = 0): ScenarioEvent {
  return posted('securityReportCreated', [
    [sample.account, account],
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs + afterMs)],
    [sample.dueAt, dueAt],
  ]);
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
function factsOf(dueAt: string): { readonly dueAt: string } {
  return { dueAt: new Date(dueAt).toISOString() };
}

function openWith(dueAt: string): Expectation {
  return { state: 'open', facts: factsOf(dueAt), saying: 'The next reminder goes out at' };
}

interface CaseStory {
  readonly name: string;
  readonly account: string;
  readonly dueAt: string;
  /** Left out: open, with its next reminder ahead. */
  readonly expected?: Expectation;
  readonly afterReset?: Scenario['afterReset'];
  /** What happens after the report. */
  readonly afterwards?: (product: ReturnType<typeof failedProduct>) => ScenarioEvent;
}

function caseOf(
  context: ScenarioContext,
  { name, account, dueAt, expected, afterReset, afterwards }: CaseStory,
): Scenario {
  const product = failedProduct(context, account);
  return {
    name,
    group: 'Security, offers, quarantine',
    workflowId: securityWorkflowId(account),
    expected: expected ?? openWith(dueAt),
    ...defined({ afterReset }),
    prepare: product.fail,
    events: [reported(context, account, dueAt), ...(afterwards === undefined ? [] : [afterwards(product)])],
  };
}

/** Reports of security issues, an account each: one that waits, and what else can become of one. */
export function securityScenarios(context: ScenarioContext): readonly Scenario[] {
  const inMs = (ms: number): string => vendorTime(context.nowMs + ms);
  const [soon, in10Days, in20Days, in40Days] = [inMs(dueSoonMs), inMs(10 * dayMs), inMs(20 * dayMs), inMs(40 * dayMs)];
  const { proven, overdue, moved, snoozed } = securityAccounts;
  const stories: readonly CaseStory[] = [
    { name: 'security report, due in 10 days', account: accounts.manufacturer, dueAt: in10Days },
    {
      name: 'security report, fixed and proven',
      account: proven,
      dueAt: in10Days,
      expected: { state: 'clear', saying: 'Every affected delivery option has passed a newer assessment.' },
      afterwards: ({ pass }) => ({ from: 'console', once: openWith(in10Days), works: pass }),
    },
    {
      name: 'security report, overdue',
      account: overdue,
      dueAt: soon,
      expected: { state: 'open', facts: { ...factsOf(soon), lastReminder: 'overdue-5s' } },
      afterReset: [{ state: 'open', facts: factsOf(soon), saying: 'The next reminder goes out at' }],
    },
    {
      name: 'security report, its due date moves',
      account: moved,
      dueAt: in20Days,
      expected: openWith(in40Days),
      afterwards: () => ({ ...reported(context, moved, in40Days, secondMs), once: openWith(in20Days) }),
    },
    {
      name: 'security report, snoozed',
      account: snoozed,
      dueAt: in10Days,
      expected: { ...openWith(in10Days), saying: `Snoozed by ${operator.actor} until` },
      afterwards: () => ({
        from: 'operator',
        once: openWith(in10Days),
        answer: { update: 'snooze', input: { ...operator, days: 5 } },
      }),
    },
  ];
  return stories.map((story) => caseOf(context, story));
}
