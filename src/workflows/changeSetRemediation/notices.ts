import { identityOf, type Notice } from '../shared/notices.ts';
import { terminalLine } from '../shared/operatorCommands.ts';
import { changeSetCommands, changeSetWorkflowId, type LineageEnd } from './contract.ts';
import { entityTagLines } from './entityTags.ts';
import { newestMember, type ChangeSetCase, type DecisionReason } from './state.ts';

/** What every notice of a lineage has in common: its identity by a part of its own, and a title. */
function notice(
  { account, originId, originName }: ChangeSetCase,
  part: string,
  title: string,
): Pick<Notice, 'id' | 'account' | 'workflowId' | 'title'> {
  const name = originName === undefined ? originId : `“${originName}” (${originId})`;
  return { ...identityOf(changeSetWorkflowId(originId), account, part), title: `Change set ${name}${title}` };
}

/** The notice that asks an operator; each question has its own. */
export function openingNotice(lineage: ChangeSetCase, reason: DecisionReason): Notice {
  return {
    ...notice(lineage, `operator:${lineage.decisionsRequested}`, ' needs a decision'),
    kind: 'opening',
    severity: reason.kind === 'modeObserve' ? 'information' : 'warning',
    lines: [reason.sentence, ...entityTagLines(lineage, reason), `Attempts so far: ${newestMember(lineage).attempt}.`],
    nextStep: `Answer with ${terminalLine('retry', changeSetCommands.retry, lineage.originId)}, or the same with abandon.`,
  };
}

/** The notice that reminds of an open question; each reminder has one identity. */
export function reminderNotice(lineage: ChangeSetCase, reason: DecisionReason, reminder: number): Notice {
  const part = `operator:${lineage.decisionsRequested}:reminder:${reminder}`;
  return { ...openingNotice(lineage, reason), ...notice(lineage, part, ' still needs a decision'), kind: 'reminder' };
}

/**
 * The notice that something happened on the entities meanwhile, which leaves the question open.
 * @param news the identities of it. @param sentences what it is, in words.
 */
export function elsewhereNotice(lineage: ChangeSetCase, news: readonly string[], sentences: readonly string[]): Notice {
  return {
    ...notice(lineage, `elsewhere:${news.join('+').slice(0, 200)}`, ': somebody changed the same entities'),
    kind: 'reminder',
    severity: 'information',
    lines: ['New since the question:', ...sentences],
    nextStep: `Check whether that settles it; then answer with steward resolve ${lineage.originId}, retry or abandon.`,
  };
}

/** What the end of a lineage means, in a sentence. */
export const endSentences: Record<LineageEnd, string> = {
  succeeded: 'AWS applied the change set.',
  remediated: 'Fixed: AWS applied a successor of the change set.',
  resolvedElsewhere: 'Settled elsewhere; nothing more is submitted.',
  superseded: 'A newer change set takes its place; its own workflow handles it.',
  reported: 'The change set only validated; the workflow shows the verdict.',
  cancelled: 'The change set was cancelled; nothing more is submitted.',
  abandoned: 'An operator abandoned it; nothing more is submitted.',
  expired: 'Nobody answered in time; nothing more is submitted.',
};

/**
 * The notice of a lineage's end: where operators were asked before, or where the end is itself the news. For what a
 * backfill opened, only where a notice about it went out before.
 */
export function endingNotice(lineage: ChangeSetCase, end: LineageEnd): Notice | undefined {
  if (/* guard */ lineage.foundBy !== undefined && !lineage.notified) return undefined;
  if (lineage.decisionsRequested === 0 && end !== 'reported' && end !== 'superseded') return undefined;
  return {
    ...notice(lineage, 'end', `: ${end}`),
    kind: 'resolution',
    severity: end === 'expired' ? 'warning' : 'information',
    lines: [endSentences[end], ...lineage.notes.slice(-3)],
    nextStep: end === 'expired' ? 'Check the listing in the management portal.' : 'Nothing to do.',
  };
}
