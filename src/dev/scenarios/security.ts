import { securityWorkflowId } from '../../workflows/securityCase/messages.ts';
import { readFixture, withReplaced } from '../fixtures.ts';
import { accounts, bytesOf, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const sample = {
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '533fa17d-3e97-5051-bcaf-1fae45fb3f8b',
  time: '2023-10-31T00:00:00Z',
  dueAt: '2023-12-01T00:00:00Z',
};
const dayMs = 86_400_000;
const dueInMs = 10 * dayMs;

/** A report of security issues, due in ten days, and the assessment that it is about. */
export function securityScenarios(context: ScenarioContext): readonly Scenario[] {
  const { token, uuid, nowMs } = context;
  const dueAt = vendorTime(nowMs + dueInMs);
  const replacements = new Map([
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs)],
    [sample.dueAt, dueAt],
  ]);
  return [
    {
      name: 'security report, due in 10 days',
      group: 'Security, offers, quarantine',
      workflowId: securityWorkflowId(accounts.manufacturer),
      // Of one account there is one case, kept from start to start: the date tells that it is this report's.
      expected: {
        state: 'open',
        facts: { dueAt: new Date(dueAt).toISOString() },
        saying: 'The next reminder goes out at',
      },
      prepare: ({ catalog }) =>
        catalog.putAssessment({
          account: accounts.manufacturer,
          AssessmentId: `assessment-${token(13)}`,
          AssessmentTargetSummary: { EntityId: `prod-${token(13)}` },
          FrameworkSummary: { AmiSecurity: { DeliveryOptionId: `do-${token(13)}` } },
          AssessmentResult: 'FAIL',
          CreatedAt: vendorTime(nowMs - dayMs),
        }),
      events: [
        {
          from: 'sample',
          road: 'eventbridge',
          bytes: bytesOf(withReplaced(readFixture('securityReportCreated'), replacements)),
          answer: 'delivered',
        },
      ],
    },
  ];
}
