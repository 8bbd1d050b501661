import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { sent, start, type Story, type StoryContext, type StoryEvent } from './story.ts';

/** The one reminder of a case that comes before a date: a plan's policies hold it. */
export const remindedBeforeMs = 3_600_000;

interface Report {
  readonly account: string;
  readonly issues: number;
  readonly newIssues: boolean;
  /** Seconds from the stream's begin. */
  readonly reportedAt: number;
  readonly dueAt: string;
}

function reportEvent({ draws }: StoryContext, report: Report, after: number): StoryEvent {
  const { account, issues, newIssues, reportedAt, dueAt } = report;
  const identity = draws.uuid();
  const detail = {
    numberOfProductsWithIssues: issues,
    numberOfVersionsWithIssues: issues,
    numberOfLatestVersionsWithIssues: issues,
    newIssuesFound: newIssues,
    upcomingResolutionDueDate: dueAt,
    requestId: draws.uuid(),
  };
  const envelope = { id: identity, account, time: start(reportedAt) };
  const body = JSON.stringify(sampleEvent('securityReportCreated', envelope, detail));
  return { vendor: 'aws', body, workflowId: `security:${account}`, identity, after };
}

/** So long after it the last report of an open case is reminded of, in seconds: a busy stream sends it later. */
const [remindedFrom, remindedTo] = [15, 45];

/**
 * The reports of one account: the due date moves to and fro and comes back, some reports are late, some reminders fall
 * within the stream. The report with the newest time decides: every other case ends without issues.
 */
export function securityReports(context: StoryContext): Story {
  const { draws, cast, index } = context;
  const account = cast.secured[index % cast.secured.length] ?? cast.secured[0];
  const workflowId = `security:${account}`;
  const count = 3 + draws.below(6);
  const clears = index % 2 === 1;
  const hour = remindedBeforeMs / 1_000;
  const dates = [start(hour + 5 + draws.below(20)), start(hour + 15 + draws.below(60)), start(10 * 24 * hour)] as const;
  const reports = Array.from({ length: count }, (_, nth): StoryEvent => {
    const isLast = nth === count - 1;
    const issues = isLast && clears ? 0 : 1 + draws.below(3);
    const dueAt =
      isLast && !clears ? sent(hour + remindedFrom + draws.below(remindedTo - remindedFrom)) : draws.one(dates);
    const newIssues = issues > 0 && draws.happens(0.3);
    return reportEvent(context, { account, issues, newIssues, reportedAt: -7_200 + 60 * nth, dueAt }, nth * 0.05);
  });
  // A snooze ends at the due date at the latest, and the last one is an hour ahead.
  const words = [draws.one(['acknowledge', 'recheck']), workflowId];
  const commands = clears ? [] : [{ words, workflowId, after: count * 0.05 + 0.1 }];
  return { events: reports, commands, ends: { [workflowId]: { states: [clears ? 'clear' : 'open'] } } };
}
