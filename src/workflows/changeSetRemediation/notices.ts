import type { Notice } from '../shared/notices.ts';
import { terminalLine } from '../shared/operatorCommands.ts';
import { changeSetCommands, changeSetWorkflowId, type LineageEnd } from './contract.ts';
import { newestMember, type ChangeSetCase, type DecisionReason } from './state.ts';

function title(lineage: ChangeSetCase): string {
  return lineage.originName === undefined
    ? `Change set ${lineage.originId}`
    : `Change set “${lineage.originName}” (${lineage.originId})`;
}

/** The notice that asks an operator; each question has its own. */
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
    nextStep: `Answer with ${terminalLine('retry', changeSetCommands.retry, lineage.originId)}, or the same with abandon.`,
  };
}

/** The notice that reminds of an open question; each reminder has one identity. */
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

/** The notice that somebody else changed the entities meanwhile. */
export function elsewhereNotice(lineage: ChangeSetCase, news: readonly string[]): Notice {
  const workflowId = changeSetWorkflowId(lineage.originId);
  return {
    id: `${workflowId}:elsewhere:${news.join('+').slice(0, 200)}`,
    kind: 'reminder',
    severity: 'information',
    account: lineage.account,
    workflowId,
    title: `${title(lineage)}: somebody changed the same entities`,
    lines: [`New since the question: ${news.join(', ')}.`],
    nextStep: `Check whether that settles it; then answer with steward resolve ${lineage.originId}, retry or abandon.`,
  };
}

const endSentences: Record<LineageEnd, string> = {
  succeeded: 'AWS applied the change set.',
  remediated: 'Fixed: AWS applied a successor of the change set.',
  resolvedElsewhere: 'Settled elsewhere; nothing more is submitted.',
  superseded: 'A newer change set carries the same changes; its own workflow handles it.',
  reported: 'The change set only validated; the workflow shows the verdict.',
  cancelled: 'The change set was cancelled; nothing more is submitted.',
  abandoned: 'An operator abandoned it; nothing more is submitted.',
  expired: 'Nobody answered in time; nothing more is submitted.',
};

/** What the end of a lineage means, in a sentence. */
export function endSentence(end: LineageEnd): string {
  return endSentences[end];
}

/**
 * The notice of a lineage's end: where operators were asked before, or where the end is itself the news. For what a
 * backfill opened, only where a notice about it went out before.
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
    nextStep: end === 'expired' ? 'Check the listing in the management portal.' : 'Nothing to do.',
  };
}
