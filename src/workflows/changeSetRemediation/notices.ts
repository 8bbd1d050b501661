import type { Notice } from '../shared/notices.ts';
import { changeSetWorkflowId, type LineageEnd } from './contract.ts';
import { newestMember, type ChangeSetCase, type DecisionReason } from './state.ts';

function title(lineage: ChangeSetCase): string {
  return lineage.originName === undefined
    ? `Change set ${lineage.originId}`
    : `Change set “${lineage.originName}” (${lineage.originId})`;
}

/** The notice by which an operator is asked; asked again, it is another one. */
export function openingNotice(lineage: ChangeSetCase, reason: DecisionReason): Notice {
  const workflowId = changeSetWorkflowId(lineage.originId);
  return {
    id: `${workflowId}:operator:${lineage.decisionsRequested}`,
    kind: 'opening',
    severity: reason.kind === 'modeObserve' ? 'information' : 'warning',
    account: lineage.account,
    workflowId,
    title: `${title(lineage)} needs a decision`,
    lines: [reason.sentence, `Attempts so far: ${newestMember(lineage).attempt}.`],
    nextStep: `steward retry ${lineage.originId} --actor YOU --reason "…", or steward abandon with the same options.`,
  };
}

/** Reminds of a question that is open; each reminder has one identity. */
export function reminderNotice(lineage: ChangeSetCase, reason: DecisionReason, reminder: number): Notice {
  const { decisionsRequested } = lineage;
  const opening = openingNotice(lineage, reason);
  return {
    ...opening,
    id: `${opening.workflowId}:operator:${decisionsRequested}:reminder:${reminder}`,
    kind: 'reminder',
    title: `${title(lineage)} still needs a decision`,
  };
}

/** Tells that somebody else worked on the entities meanwhile. */
export function elsewhereNotice(lineage: ChangeSetCase, news: readonly string[]): Notice {
  const workflowId = changeSetWorkflowId(lineage.originId);
  return {
    id: `${workflowId}:elsewhere:${news.join('+').slice(0, 200)}`,
    kind: 'reminder',
    severity: 'information',
    account: lineage.account,
    workflowId,
    title: `${title(lineage)}: somebody worked on the same entities`,
    lines: [`Since the question was asked: ${news.join(', ')}.`],
    nextStep: `Check whether that settles it: steward resolve ${lineage.originId}, or retry, or abandon.`,
  };
}

const endSentences: Record<LineageEnd, string> = {
  succeeded: 'AWS applied it.',
  remediated: 'AWS applied a successor of it.',
  resolvedElsewhere: 'It was settled elsewhere; nothing more is sent.',
  superseded: 'A newer change set carries the same changes; that one is followed up.',
  reported: 'It was a validation only; its verdict stands in the workflow.',
  cancelled: 'It was cancelled; nothing more is sent.',
  abandoned: 'It was given up on an operator’s word; nothing more is sent.',
  expired: 'Nobody answered in time; nothing more is sent.',
};

/** What the end of a lineage means, in a sentence. */
export function endSentence(end: LineageEnd): string {
  return endSentences[end];
}

/**
 * The notice of a lineage's end: where operators were asked before, or where the end is itself the news. Of what a backfill
 * opened, only where operators were told of it.
 */
export function endingNotice(lineage: ChangeSetCase, end: LineageEnd): Notice | undefined {
  if (/* guard */ lineage.foundBy !== undefined && !lineage.notified) return undefined;
  if (lineage.decisionsRequested === 0 && end !== 'reported' && end !== 'superseded') return undefined;
  const workflowId = changeSetWorkflowId(lineage.originId);
  return {
    id: `${workflowId}:end`,
    kind: 'resolution',
    severity: end === 'expired' ? 'warning' : 'information',
    account: lineage.account,
    workflowId,
    title: `${title(lineage)}: ${end}`,
    lines: [endSentence(end), ...lineage.notes.slice(-3)],
    nextStep: end === 'expired' ? 'Check at the listing in the management portal.' : 'Nothing is to be done.',
  };
}
