import { defined } from '../../defined.ts';
import { dayMs } from '../shared/durations.ts';
import type { CommandInput } from '../shared/operatorCommands.ts';
import { digestOf } from '../shared/digest.ts';
import { identityOf, type Notice, type NoticeSeverity } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import { readableTime } from '../shared/markdown.ts';
import { securityWorkflowId, type AffectedOption, type SecurityReportMessage } from './contract.ts';
import { proofText } from './transitions/proof.ts';
import { doubtsAbout } from './transitions/reports.ts';
import type { Announcement, OpenPhase, SecurityCaseState, SecurityReminder } from './state.ts';

/** Delivery options that a notice names one by one, where nothing else is said. */
const namedOptions = 10;

/** The three counts of a report, in a sentence. */
function countsLine(report: SecurityReportMessage): string {
  return (
    `Products with issues: ${report.numberOfProductsWithIssues}, versions: ${report.numberOfVersionsWithIssues}, ` +
    `latest versions: ${report.numberOfLatestVersionsWithIssues} (report of ${readableTime(report.reportedAt)}).`
  );
}

/** The counts, and what about the report cannot be right. */
export function reportLines(report: SecurityReportMessage): readonly string[] {
  return [countsLine(report), ...doubtsAbout(report)];
}

function optionLine({ entityId, productTitle, deliveryOptionId, versionTitle, problems }: AffectedOption): string {
  const id = entityId ?? 'unnamed product';
  const product = productTitle === undefined ? id : `${productTitle} (${id})`;
  const option = `delivery option ${deliveryOptionId ?? 'unnamed'}`;
  const version = versionTitle === undefined ? option : `version ${versionTitle} (${option})`;
  return `${product}, ${version}${problems.length > 0 ? `: ${problems.join('; ')}` : ''}`;
}

/**
 * What is affected, a line each; the first says what is known at all.
 * @param named how many delivery options are named one by one.
 */
export function affectedLines({ affected, tracking }: OpenPhase, named: number = namedOptions): readonly string[] {
  if (affected === undefined) return [];
  const proof = tracking === undefined ? undefined : proofText(tracking);
  const progress = proof === undefined ? [] : [proof];
  if (!affected.readable) return [affected.sentence, ...progress];
  const { options, total, missing, checkedAt } = affected;
  const more = total - Math.min(options.length, named);
  return [
    `Failed assessments, as of ${readableTime(checkedAt)}: ${total}.`,
    ...options.slice(0, named).map(optionLine),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(missing.length === 0 ? [] : [`More is hidden: the account lacks the permission ${missing.join(', ')}.`]),
    ...progress,
  ];
}

/** The due date as operators read it, with how far it is. */
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

function openNotice(
  account: string,
  phase: OpenPhase,
  nowMs: number,
  { part, title }: { readonly part: string; readonly title: string },
): Omit<Notice, 'kind'> {
  const { report, dueAt } = phase;
  const passed = dueAt !== undefined && Date.parse(dueAt) <= nowMs;
  return {
    ...identityOf(securityWorkflowId(account), account, part),
    severity: severityOf(dueAt, nowMs),
    title: `${title} of account ${account}: ${dueText(dueAt, nowMs)}`,
    lines: [
      ...reportLines(report),
      passed
        ? 'AWS may already keep new subscribers from the affected products.'
        : 'After the due date AWS keeps new subscribers from the affected products.',
      ...affectedLines(phase),
    ],
    nextStep:
      'Publish a fixed version, then restrict the affected one. In the workflow, “acknowledge” mutes all but the last ' +
      'reminders, “snooze” drops them until a date, “recheck” checks the assessments at once, and “resolve” closes the case.',
    ...defined({ dueAt }),
  };
}

/** What a notice is called, and the part of its identity: what a report means depends on what the case knew before it. */
const announcements: Record<Announcement, { readonly title: string; readonly part: string }> = {
  opened: { title: 'Security issues', part: 'report' },
  newIssues: { title: 'New security issues', part: 'newIssues' },
  sooner: { title: 'An earlier due date for the security issues', part: 'sooner' },
  reopened: { title: 'Reopened: security issues', part: 'reopened' },
};

/** Makes an identity its own again once an operator took a closing back. */
function sinceReopening({ reopenings = 0, firstRunId }: SecurityCaseState): string {
  if (reopenings === 0) return '';
  return firstRunId === undefined ? `:${reopenings}` : `:${reopenings}:${digestOf(firstRunId)}`;
}

/** The notice of a report that is news, or of a closing that was taken back; its identity is the report's and what it means. */
export function announcementNotice(
  state: SecurityCaseState,
  phase: OpenPhase,
  what: Announcement,
  nowMs: number,
): Notice {
  const { title, part } = announcements[what];
  const since = what === 'reopened' ? sinceReopening(state) : '';
  const named = { part: `${part}:${phase.report.eventId}${since}`, title };
  return { ...openNotice(state.account, phase, nowMs, named), kind: 'opening' };
}

/** The notice that somebody has taken the case on; one for each report that is news. */
export function acknowledgementNotice(
  state: SecurityCaseState,
  phase: OpenPhase,
  { actor, reason }: CommandInput,
  nowMs: number,
): Notice {
  const { account } = state;
  const { dueAt, report } = phase;
  return {
    ...identityOf(securityWorkflowId(account), account, `acknowledged:${report.eventId}${sinceReopening(state)}`),
    kind: 'acknowledgement',
    severity: 'information',
    title: `Security issues of account ${account}: acknowledged by ${actor}, ${dueText(dueAt, nowMs)}`,
    lines: [`${actor}: ${reason}`, countsLine(report)],
    nextStep:
      'Reminders go out on the last day and after the due date only. New issues or a nearer date are reported at once.',
    ...defined({ dueAt }),
  };
}

/** What a reminder is remembered and known by, within its account. */
export function reminderKey(dueAt: string, { reminder }: SecurityReminder): string {
  return `${dueAt}:${reminder}`;
}

/** The notice of one reminder; one identity per due date and reminder. */
export function reminderNotice(account: string, phase: OpenPhase, key: string, nowMs: number): Notice {
  return { ...openNotice(account, phase, nowMs, { part: key, title: 'Security issues' }), kind: 'reminder' };
}

/**
 * What became of an open case: proven by a report or by assessments, said by an operator, or no longer watched. The report is
 * the one that proves it, or the newest with issues; with the count of reopenings it makes the notice's identity.
 */
export type Closing = { readonly report: SecurityReportMessage } & (
  | { readonly how: 'report' | 'abandoned' }
  | { readonly how: 'assessments'; readonly options: number }
  | { readonly how: 'operator'; readonly actor: string; readonly reason: string }
);

/** A case that was closed, in a sentence that says on what ground. */
function closingSentence(closing: Closing): string {
  switch (closing.how) {
    case 'report':
      return `The report of ${readableTime(closing.report.reportedAt)} shows no issues any more: that is the proof.`;
    case 'assessments':
      return `Every affected delivery option (${closing.options} in all) has passed a newer assessment: that is the proof.`;
    case 'operator':
      return `${closing.actor} says that the issues are resolved: ${closing.reason}. No report has confirmed it yet.`;
    case 'abandoned':
      return 'The run was cancelled: no reminder goes out any more, though no report shows the issues as resolved.';
  }
}

/** The notice of a case's closing. */
export function closingNotice(state: SecurityCaseState, closing: Closing): Notice {
  const { account } = state;
  const part = `${closing.how}:${closing.report.eventId}${sinceReopening(state)}`;
  const abandoned = closing.how === 'abandoned';
  return {
    ...identityOf(securityWorkflowId(account), account, part),
    kind: 'resolution',
    severity: abandoned ? 'warning' : 'information',
    title: `Security issues of account ${account}: ${abandoned ? 'reminders stopped' : 'resolved'}`,
    lines: [closingSentence(closing)],
    nextStep: 'You need to do nothing here. A later report with issues opens the case again.',
  };
}
