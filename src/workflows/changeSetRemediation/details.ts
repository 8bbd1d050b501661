import { defined } from '../../defined.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import { answerLines, auditLines } from '../shared/operatorCommands.ts';
import { commandsByFit } from './advice.ts';
import { changeSetCommands, changeSetWorkflowId, type AmendmentView, type ChangeSetStatus } from './contract.ts';
import type { ChangeSetPolicy } from './policyValues.ts';
import { errorCodes } from './policy.ts';
import { knownValues, nameOf, openProposal } from './proposals.ts';
import { reportOf } from './report.ts';
import { detailsLines } from './reportTexts.ts';
import { needsDecision, newestMember, stateName, type ChangeSetCase, type Phase, type Proposal } from './state.ts';

const shownDifferences = 10;

function questionLines(lineage: ChangeSetCase): string[] {
  const { phase } = lineage;
  if (phase.name !== 'awaitingDecision') return [];
  return [
    ...answerLines(
      changeSetCommands,
      commandsByFit(lineage),
      changeSetWorkflowId(lineage.originId),
      knownValues(lineage),
    ),
    'After an answer press R: this page does not refresh itself.',
    '',
    ...proposalLines(lineage, phase.proposal),
  ];
}

function proposalLines(lineage: ChangeSetCase, proposal: Proposal | undefined): string[] {
  if (proposal === undefined) return [];
  const lines = proposal.difference?.slice(0, shownDifferences) ?? ['the difference is not computed yet'];
  const more = (proposal.difference?.length ?? 0) - shownDifferences;
  return [
    `**Proposed by ${plain(proposal.by)}**, not submitted yet:`,
    ...lines.map((line) => `- ${plain(line)}`),
    ...(more > 0 ? [`- and ${more} more (query \`amendment\`)`] : []),
    `- proposal \`${nameOf(lineage, proposal)}\`${proposal.at === undefined ? '' : `, of ${readableTime(proposal.at)}`}; \`approve\` names it`,
    '',
  ];
}

function memberLines(lineage: ChangeSetCase): string[] {
  return lineage.members.map(({ attempt, changeSetId, outcome }) => {
    const which = attempt === 0 ? 'the original' : `attempt ${attempt}`;
    return `- ${which}: \`${changeSetId}\` ${outcome ?? 'not finished'}`;
  });
}

/** Where AWS applied it, earlier failures no longer matter. */
function isSettled(phase: Phase): boolean {
  return phase.name === 'ended' && (phase.end === 'succeeded' || phase.end === 'remediated');
}

/** Who opened the lineage. */
function openedByLines({ foundBy }: ChangeSetCase): readonly string[] {
  if (foundBy === undefined) return [];
  const decides = foundBy.act === 'propose' ? 'every decision is an operator’s' : 'the decision table acts';
  return [`- **opened by a backfill:** ${plain(foundBy.backfillId)}; ${decides}`, ''];
}

/** The workflow's details in markdown: what is wrong, what to do, and what operators did. */
export function changeSetDetails(lineage: ChangeSetCase, policy: ChangeSetPolicy): string {
  const { phase } = lineage;
  const report = reportOf(lineage, policy);
  const { question } = report;
  const asked = question === undefined ? [] : [`**Why:** ${plain(question.why, 500)}`];
  const lost = question?.cannotRepeat === undefined ? [] : [plain(question.cannotRepeat)];
  return details([
    `## ${needsDecision(lineage) ? 'Needs a decision' : stateName(lineage)}: ${plain(lineage.originName ?? lineage.originId)}`,
    ...asked,
    `**${phase.name === 'ended' ? 'Result' : 'Next'}:** ${plain(report.nextStep.sentence, 400)}`,
    ...lost,
    '',
    ...openedByLines(lineage),
    ...(isSettled(phase) ? [] : detailsLines(report)),
    ...questionLines(lineage),
    '**Change sets of this lineage**',
    ...memberLines(lineage),
    `- **account:** ${plain(lineage.account)}, catalog ${plain(lineage.catalog)}`,
    '',
    ...lineage.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...auditLines(lineage.audit),
  ]);
}

/** The same for programs. */
export function changeSetStatus(lineage: ChangeSetCase, policy: ChangeSetPolicy): ChangeSetStatus {
  const { phase } = lineage;
  const report = reportOf(lineage, policy);
  const { question, nextStep } = report;
  return {
    state: stateName(lineage),
    changeSetId: lineage.originId,
    attempt: newestMember(lineage).attempt,
    nextStep: question === undefined ? nextStep.sentence : `${question.why} ${nextStep.sentence}`,
    commands: commandsByFit(lineage),
    ...defined({ proposedBy: openProposal(lineage)?.by }),
    ...knownValues(lineage),
    members: lineage.members.map(({ attempt, changeSetId, outcome }) => ({
      attempt,
      changeSetId,
      ...defined({ outcome }),
    })),
    notes: lineage.notes,
    audit: lineage.audit,
    ...(isSettled(phase) ? {} : { report }),
  };
}

/**
 * Entities and codes for the search attributes: the product or offer concerned, without its revision, so that a search for
 * it finds every lineage, and what went wrong.
 */
export function searchable(lineage: ChangeSetCase): { entities: readonly string[]; failureCodes: readonly string[] } {
  const { diagnosis } = lineage;
  if (diagnosis === undefined) return { entities: [], failureCodes: [] };
  const entities = diagnosis.changes.flatMap(({ entityId }) => entityId?.split('@')[0] ?? []);
  const failureCodes = [diagnosis.failureCode ?? [], errorCodes(diagnosis)].flat();
  return { entities: [...new Set(entities)], failureCodes: [...new Set(failureCodes)] };
}

/** What a proposed amendment would change; null where none is proposed. */
export function amendmentView(lineage: ChangeSetCase): AmendmentView | null {
  const proposal = openProposal(lineage);
  if (proposal === undefined) return null;
  const { amendments, by, at, difference } = proposal;
  return {
    proposal: nameOf(lineage, proposal),
    proposedBy: by,
    indexes: amendments.map(({ index }) => index),
    ...defined({ proposedAt: at, difference }),
  };
}
