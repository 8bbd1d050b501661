import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { start, type Story, type StoryContext, type StoryEvent } from './story.ts';

/** The one reminder of a case that comes before a date: a plan's policies hold it. */
export const remindedBeforeMs = 3_600_000;

interface Report {
  readonly account: string;
  readonly issues: number;
  readonly newIssues: boolean;
  /** Seconds from the stream's begin. */
  readonly reportedAt: number;
  readonly dueAt: number;
}

function reportEvent({ draws }: StoryContext, report: Report, after: number): StoryEvent {
  const { account, issues, newIssues, reportedAt, dueAt } = report;
  const identity = draws.uuid();
  const detail = {
    numberOfProductsWithIssues: issues,
    numberOfVersionsWithIssues: issues,
    numberOfLatestVersionsWithIssues: issues,
    newIssuesFound: newIssues,
    upcomingResolutionDueDate: start(dueAt),
    requestId: draws.uuid(),
  };
  const envelope = { id: identity, account, time: start(reportedAt) };
  const body = JSON.stringify(sampleEvent('securityReportCreated', envelope, detail));
  return { vendor: 'aws', body, workflowId: `security:${account}`, identity, after };
}

/**
 * The reports of one account: the due date moves to and fro and comes back, some reports are late, some reminders fall
 * within the stream. The report with the newest time decides.
 * @param draws of which account it is says `index`: of one account there is one case.
 */
export function securityReports(context: StoryContext): Story {
  const { draws, cast, index } = context;
  const account = cast.secured[index % cast.secured.length] ?? cast.secured[0];
  const workflowId = `security:${account}`;
  const told = 3 + draws.below(6);
  const clears = draws.happens(0.4);
  const hour = remindedBeforeMs / 1_000;
  // Reminders fall 5 to 40 seconds after the begin; of a day they fall after the run.
  const dates = [hour + 5 + draws.below(10), hour + 15 + draws.below(25), 10 * 24 * hour];
  const reports = Array.from({ length: told }, (_, nth): StoryEvent => {
    const isLast = nth === told - 1;
    const issues = isLast && clears ? 0 : 1 + draws.below(3);
    const dueAt = dates[draws.below(dates.length)] ?? hour;
    const report = {
      account,
      issues,
      newIssues: issues > 0 && draws.happens(0.3),
      reportedAt: -7_200 + 60 * nth,
      dueAt,
    };
    return reportEvent(context, report, nth * 0.05);
  });
  const commands = clears
    ? []
    : [{ words: [draws.one(['acknowledge', 'recheck']), workflowId], workflowId, after: told * 0.05 + 0.1 }];
  return { events: reports, commands, ends: { [workflowId]: { states: [clears ? 'clear' : 'open'] } } };
}
