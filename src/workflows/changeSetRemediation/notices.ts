import { defined } from '../../defined.ts';
import { vendorText } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { changeSetWorkflowId, type LineageEnd } from './contract.ts';
import { submittedWithoutEntityTags } from './entityTags.ts';
import { elsewhereIdentity, endIdentity, lastQuestion } from './identities.ts';
import { endSentences } from './nextStep.ts';
import { observedLine } from './observedLine.ts';
import { portalLink, reportOf } from './report.ts';
import { nextStepText, noticeLines, shortNoticeLines, whyLines } from './reportTexts.ts';
import { newestMember, type ChangeSetCase, type DecisionReason, type TransitionContext } from './state.ts';

/** In characters (API model, ChangeSetName). */
const longestName = 100;

/** What every notice of a lineage has in common: its identity by a part of its own, and a title. */
function notice(
  { account, originId, originName }: ChangeSetCase,
  part: string,
  title: string,
): Pick<Notice, 'id' | 'account' | 'workflowId' | 'title'> {
  const name = originName === undefined ? originId : `“${vendorText(originName, longestName)}” (${originId})`;
  return { ...identityOf(changeSetWorkflowId(originId), account, part), title: `Change set ${name}${title}` };
}

/** The notice that asks an operator: why, what AWS said, until when, and what fits. Each question has its own. */
export function openingNotice(
  lineage: ChangeSetCase,
  reason: DecisionReason,
  { policy, nowMs }: TransitionContext,
): Notice {
  const report = reportOf(lineage, policy);
  return {
    ...notice(lineage, lastQuestion(lineage), ' needs a decision'),
    kind: 'opening',
    severity: reason.kind === 'modeObserve' ? 'information' : 'warning',
    lines: [...whyLines(report), ...noticeLines(report, nowMs)],
    nextStep: nextStepText(report),
    ...defined({ observed: observedLine(report, lineage.originId) }),
  };
}

/** The notice that reminds of an open question; each reminder has one identity. */
export function reminderNotice(
  lineage: ChangeSetCase,
  reason: DecisionReason,
  reminder: number,
  context: TransitionContext,
): Notice {
  const part = `${lastQuestion(lineage)}:reminder:${reminder}`;
  const { observed: _once, ...asked } = openingNotice(lineage, reason, context);
  return {
    ...asked,
    ...notice(lineage, part, ' still needs a decision'),
    kind: 'reminder',
  };
}

/**
 * The notice that something happened on the entities meanwhile, which leaves the question open.
 * @param news the identities of it. @param sentences what it is, in words.
 */
export function elsewhereNotice(lineage: ChangeSetCase, news: readonly string[], sentences: readonly string[]): Notice {
  const report = reportOf(lineage);
  return {
    ...notice(lineage, elsewhereIdentity(lineage, news), ': somebody changed the same entities'),
    kind: 'reminder',
    severity: 'information',
    lines: ['New since the question:', ...sentences, ...shortNoticeLines(report)],
    nextStep: `Check whether that settles it, and resolve it where it does. ${nextStepText(report)}`,
  };
}

/** What the last change set of a lineage failed with, where that still matters at its end. */
function failureAtEnd(lineage: ChangeSetCase, end: LineageEnd): readonly string[] {
  switch (end) {
    case 'reported':
      return noticeLines(reportOf(lineage));
    case 'superseded':
    case 'abandoned':
    case 'expired':
    case 'resolvedElsewhere':
    case 'cancelled':
      return shortNoticeLines(reportOf(lineage));
    case 'succeeded':
    case 'remediated':
      return [`Request at AWS: ${portalLink(newestMember(lineage).changeSetId)}`];
  }
}

function afterEnd(end: LineageEnd): string {
  switch (end) {
    case 'expired':
      return 'Check the listing in the AWS Marketplace Management Portal.';
    case 'reported':
      return 'Put right what AWS names, then submit a new change set.';
    case 'succeeded':
    case 'remediated':
    case 'resolvedElsewhere':
    case 'superseded':
    case 'cancelled':
    case 'abandoned':
      return 'Nothing to do.';
  }
}

/**
 * The notice of a lineage's end: where operators were asked before, where the end is itself the news, or where what was
 * repeated automatically lacks something. For what a backfill opened, only where a notice about it went out before.
 */
export function endingNotice(lineage: ChangeSetCase, end: LineageEnd): Notice | undefined {
  if (/* guard */ lineage.foundBy !== undefined && !lineage.notified) return undefined;
  const lacksTags = end === 'remediated' && lineage.notes.includes(submittedWithoutEntityTags);
  const isNews = end === 'reported' || end === 'superseded' || lacksTags;
  if (/* guard */ lineage.decisionsRequested === 0 && !isNews) return undefined;
  return {
    ...notice(lineage, endIdentity(lineage, end), `: ${end}`),
    kind: 'resolution',
    severity: end === 'expired' ? 'warning' : 'information',
    lines: [endSentences[end], ...lineage.notes.slice(-3), ...failureAtEnd(lineage, end)],
    nextStep: lacksTags ? 'Check the tags of the new entity.' : afterEnd(end),
  };
}
