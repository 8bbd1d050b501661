import type { Notice, NoticeSeverity } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import { readableTime } from '../shared/markdown.ts';
import { securityWorkflowId, type SecurityReportMessage } from './messages.ts';
import type { Affected, Announcement, OpenPhase, SecurityRung } from './state.ts';

/** Products that a notice names one by one. */
const namedProducts = 10;
const dayMs = 86_400_000;

/** The three counts of a report, in a sentence. */
export function countsLine(report: SecurityReportMessage): string {
  return (
    `Products with issues: ${report.numberOfProductsWithIssues}, versions: ${report.numberOfVersionsWithIssues}, ` +
    `latest versions: ${report.numberOfLatestVersionsWithIssues} (report of ${readableTime(report.reportedAt)}).`
  );
}

/** What is affected, a line each; the first says what is known at all. */
export function affectedLines(affected: Affected | undefined): readonly string[] {
  if (affected === undefined) return [];
  if (!affected.readable) return [affected.sentence];
  const named = affected.products.slice(0, namedProducts).map(({ entityId, deliveryOptions, codes }) => {
    const why = codes.length > 0 ? `: ${codes.join(', ')}` : '';
    return `${entityId}, delivery options affected: ${deliveryOptions}${why}`;
  });
  const more = affected.products.length - namedProducts;
  return [
    `Failed assessments, as of ${readableTime(affected.lookedAt)}: ${affected.total}.`,
    ...named,
    ...(more > 0 ? [`and ${more} more products`] : []),
  ];
}

/** The due date as people read it, with how far it is. */
function dueText(dueAt: string | undefined, nowMs: number): string {
  if (dueAt === undefined) return 'no due date is known';
  const dueMs = Date.parse(dueAt);
  const distance = distanceText(dueMs, nowMs);
  return dueMs > nowMs
    ? `due ${readableTime(dueAt)} (${distance})`
    : `overdue since ${readableTime(dueAt)} (${distance})`;
}

function severityOf(dueAt: string | undefined, nowMs: number): NoticeSeverity {
  return dueAt !== undefined && Date.parse(dueAt) - nowMs <= dayMs ? 'critical' : 'warning';
}

function openNotice(account: string, phase: OpenPhase, nowMs: number, title: string): Omit<Notice, 'id' | 'kind'> {
  const { report, dueAt, affected } = phase;
  const passed = dueAt !== undefined && Date.parse(dueAt) <= nowMs;
  return {
    severity: severityOf(dueAt, nowMs),
    account,
    workflowId: securityWorkflowId(account),
    title: `${title} of account ${account}: ${dueText(dueAt, nowMs)}`,
    lines: [
      countsLine(report),
      passed
        ? 'AWS may already keep new subscribers from the affected products.'
        : 'After the due date AWS keeps new subscribers from the affected products.',
      ...affectedLines(affected),
    ],
    nextStep:
      'Publish a fixed version, and restrict the affected one once that has succeeded. In the workflow, the update ' +
      '“acknowledge” mutes all but the last reminders, and “resolve” closes the case on your word.',
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}

const announcementTitles: Record<Announcement, string> = {
  opened: 'Security issues',
  newIssues: 'New security issues',
  sooner: 'An earlier due date for the security issues',
};

/** The notice of a report that is news; its identity is the report's. */
export function announcementNotice(account: string, phase: OpenPhase, what: Announcement, nowMs: number): Notice {
  return {
    ...openNotice(account, phase, nowMs, announcementTitles[what]),
    id: `${securityWorkflowId(account)}:report:${phase.report.eventId}`,
    kind: 'opening',
  };
}

/** What a reminder is remembered and known by, within its account. */
export function reminderKey(dueAt: string, { rung }: SecurityRung): string {
  return `${dueAt}:${rung}`;
}

/** The notice of one rung; one identity per due date and rung. */
export function reminderNotice(account: string, phase: OpenPhase, key: string, nowMs: number): Notice {
  return {
    ...openNotice(account, phase, nowMs, 'Security issues'),
    id: `${securityWorkflowId(account)}:${key}`,
    kind: 'reminder',
  };
}

/**
 * What became of an open case: proven by a report, said by a person, or no longer watched. The report is the one that
 * proves it, or the newest with issues; none is closed twice, so that it makes the notice's identity.
 */
export type Closing =
  | { readonly how: 'report'; readonly report: SecurityReportMessage }
  | { readonly how: 'person'; readonly report: SecurityReportMessage; readonly actor: string; readonly reason: string }
  | { readonly how: 'abandoned'; readonly report: SecurityReportMessage };

/** A case that was closed, in a sentence that says on what ground. */
function closingSentence(closing: Closing): string {
  switch (closing.how) {
    case 'report':
      return `The report of ${readableTime(closing.report.reportedAt)} shows no issues any more: that is the proof.`;
    case 'person':
      return `${closing.actor} says that the issues are resolved: ${closing.reason}. No report has confirmed it yet.`;
    case 'abandoned':
      return 'The run was cancelled, and nobody is reminded any more, though no report shows the issues as resolved.';
  }
}

/** The notice of a case's closing. */
export function closingNotice(account: string, closing: Closing): Notice {
  const workflowId = securityWorkflowId(account);
  const abandoned = closing.how === 'abandoned';
  return {
    id: `${workflowId}:${closing.how}:${closing.report.eventId}`,
    kind: 'resolution',
    severity: abandoned ? 'warning' : 'information',
    account,
    workflowId,
    title: `Security issues of account ${account}: ${abandoned ? 'reminders stopped' : 'resolved'}`,
    lines: [closingSentence(closing)],
    nextStep: 'Nothing is to be done here. A later report with issues opens the case again.',
  };
}
