import { defined } from '../../defined.ts';
import { secondMs } from '../shared/durations.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import { answerLines, auditLines, commandsIn } from '../shared/operatorCommands.ts';
import {
  changeSetCommands,
  changeSetWorkflowId,
  type AmendmentView,
  type ChangeSetStatus,
  type Diagnosis,
} from './contract.ts';
import type { ChangeSetPolicy } from './defaults.ts';
import { entityTagLines } from './entityTags.ts';
import { explain } from './errorCodes.ts';
import { endSentences } from './notices.ts';
import { errorCodes } from './policy.ts';
import { needsDecision, newestMember, stateName, type ChangeSetCase, type Phase, type Proposal } from './state.ts';
import { refusal } from './transitions/operatorCommands.ts';

/** Changes and errors that are shown one by one; a change set holds twenty changes at most. */
const shownChanges = 6;
const shownErrors = 3;
const shownDifferences = 10;

/** What happens next, automatically or by an operator, in a sentence. */
function nextStep(phase: Phase): string {
  switch (phase.name) {
    case 'inspecting':
    case 'diagnosing':
      return 'Checking with AWS what went wrong.';
    case 'awaitingOutcome':
      return `Waiting for the outcome of ${phase.changeSetId}: its event, or the periodic poll.`;
    case 'backingOff':
      return `Submits attempt ${phase.attempt} after a wait of ${phase.delayMs / secondMs} seconds.`;
    case 'submitting':
      return `Submitting attempt ${phase.attempt} to AWS, as ${phase.authority === 'policy' ? 'the policy' : 'an operator'} decided.`;
    case 'awaitingBlocker': {
      const { blocker, sinceMs } = phase;
      const which = blocker === undefined ? 'what holds the entities' : `change set ${blocker.changeSetId}`;
      const started = blocker?.startTime === undefined ? '' : `, started ${readableTime(blocker.startTime)}`;
      return `Waiting since ${readableMs(sinceMs)} for ${which}${started}; this uses no attempt.`;
    }
    case 'awaitingDecision':
      if (phase.proposal !== undefined)
        return 'Check the proposal: approve submits it, retry submits the original unchanged.';
      if (phase.reason.kind === 'modeApprove' || phase.reason.kind === 'dailyCap')
        return 'Approve (submit it) or abandon.';
      return phase.reason.retryLeadsTo === 'submit'
        ? 'Retry (submit it again unchanged), amend (propose new details), resolve (settled elsewhere) or abandon.'
        : 'Retry (check again) or abandon.';
    case 'abandoning':
      return 'Nothing more is submitted; the lineage ends once no successor is in flight.';
    case 'ended':
      return endSentences[phase.end];
  }
}

function readableMs(ms: number): string {
  return readableTime(new Date(ms).toISOString());
}

function quoted(message: string): string {
  return message === '' ? '' : `AWS: ${plain(message, 160)}`;
}

/** What to do about the codes, each step once. */
function adviceLines(diagnosis: Diagnosis): string[] {
  const steps = errorCodes(diagnosis).map((code) => explain(code).nextStep);
  return [...new Set(steps)].slice(0, shownErrors).map((step) => `- what to do: ${plain(step, 300)}`);
}

function failureLines(diagnosis: Diagnosis | undefined): string[] {
  if (diagnosis === undefined) return [];
  const changes = diagnosis.changes
    .slice(0, shownChanges)
    .flatMap((change) => [
      `- **${plain(change.changeType)}** on ${plain(change.entityType)} ${plain(change.entityId ?? '(new)')}`,
      ...change.errors
        .slice(0, shownErrors)
        .map(
          ({ code, message }) =>
            `- → \`${code.replace(/[^\w]/g, '')}\` ${plain(explain(code).sentence)} ${quoted(message)}`,
        ),
      ...change.stale.map((text) => `- → out of date: ${plain(text)}`),
    ]);
  const more = diagnosis.changes.length - shownChanges;
  return [
    `**AWS on ${plain(diagnosis.changeSetId)}:** ${plain(diagnosis.status ?? 'no status')}${
      diagnosis.failureCode === undefined ? '' : `, ${plain(diagnosis.failureCode)}`
    }`,
    ...(diagnosis.failureDescription === undefined ? [] : [`> ${plain(diagnosis.failureDescription, 300)}`]),
    ...changes,
    ...(more > 0 ? [`- and ${more} more changes`] : []),
    ...adviceLines(diagnosis),
    '',
  ];
}

function commandsNow(lineage: ChangeSetCase): readonly string[] {
  return commandsIn(changeSetCommands, stateName(lineage)).filter((name) => refusal(lineage, name) === undefined);
}

function questionLines(lineage: ChangeSetCase, { expireAfterMs }: ChangeSetPolicy): string[] {
  const { phase } = lineage;
  if (phase.name !== 'awaitingDecision') return [];
  return [
    ...answerLines(changeSetCommands, commandsNow(lineage), changeSetWorkflowId(lineage.originId)),
    ...(phase.repeatAtMs === undefined
      ? []
      : [`Without an answer it is submitted again at ${readableMs(phase.repeatAtMs)}, once.`]),
    ...entityTagLines(lineage, phase.reason),
    `The question is open until ${readableMs(phase.askedAtMs + expireAfterMs)}.`,
    'After an answer press R: this page does not refresh itself.',
    '',
    ...proposalLines(phase.proposal),
  ];
}

function proposalLines(proposal: Proposal | undefined): string[] {
  if (proposal === undefined) return [];
  const lines = proposal.difference?.slice(0, shownDifferences) ?? ['the difference is not computed yet'];
  const more = (proposal.difference?.length ?? 0) - shownDifferences;
  return [
    `**Proposed by ${plain(proposal.by)}**, not submitted yet:`,
    ...lines.map((line) => `- ${plain(line)}`),
    ...(more > 0 ? [`- and ${more} more (query \`amendment\`)`] : []),
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
  const asked = phase.name === 'awaitingDecision' ? [`**Why:** ${plain(phase.reason.sentence, 500)}`] : [];
  return details([
    `## ${needsDecision(lineage) ? 'Needs a decision' : stateName(lineage)}: ${plain(lineage.originName ?? lineage.originId)}`,
    ...asked,
    `**${phase.name === 'ended' ? 'Result' : 'Next'}:** ${plain(nextStep(phase), 400)}`,
    '',
    ...openedByLines(lineage),
    ...(isSettled(phase) ? [] : failureLines(lineage.diagnosis)),
    ...questionLines(lineage, policy),
    '**Change sets of this lineage**',
    ...memberLines(lineage),
    '',
    ...lineage.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...auditLines(lineage.audit),
  ]);
}

/** The same for programs. */
export function changeSetStatus(lineage: ChangeSetCase): ChangeSetStatus {
  const { phase } = lineage;
  return {
    state: stateName(lineage),
    changeSetId: lineage.originId,
    attempt: newestMember(lineage).attempt,
    nextStep: phase.name === 'awaitingDecision' ? `${phase.reason.sentence} ${nextStep(phase)}` : nextStep(phase),
    commands: commandsNow(lineage),
    ...defined({ proposedBy: amendmentView(lineage)?.proposedBy }),
    members: lineage.members.map(({ attempt, changeSetId, outcome }) => ({
      attempt,
      changeSetId,
      ...defined({ outcome }),
    })),
    notes: lineage.notes,
    audit: lineage.audit,
  };
}

/** Entities and codes for the search attributes: the product or offer concerned, and what went wrong. */
export function searchable(lineage: ChangeSetCase): { entities: readonly string[]; failureCodes: readonly string[] } {
  const { diagnosis } = lineage;
  if (diagnosis === undefined) return { entities: [], failureCodes: [] };
  const entities = diagnosis.changes.flatMap(({ entityId }) => entityId ?? []);
  const failureCodes = [diagnosis.failureCode ?? [], errorCodes(diagnosis)].flat();
  return { entities: [...new Set(entities)], failureCodes: [...new Set(failureCodes)] };
}

/** What a proposed amendment would change; null where none is proposed. */
export function amendmentView({ phase }: ChangeSetCase): AmendmentView | null {
  if (phase.name !== 'awaitingDecision' || phase.proposal === undefined) return null;
  const { amendments, by, difference } = phase.proposal;
  return { proposedBy: by, indexes: amendments.map(({ index }) => index), ...defined({ difference }) };
}
