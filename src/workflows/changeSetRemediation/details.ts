import { defined } from '../../defined.ts';
import { details, jsonBlock, plain, readableTime } from '../shared/markdown.ts';
import { openedByLines } from './transitions/backfilled.ts';
import type { ChangeSetPolicy } from './defaults.ts';
import { explain } from './errorCodes.ts';
import type { Diagnosis } from './findings.ts';
import type { AmendmentView, ChangeSetStatus } from './contract.ts';
import { endSentence } from './notices.ts';
import { errorCodes } from './policy.ts';
import { refusal } from './transitions/refusals.ts';
import {
  needsDecision,
  newestMember,
  stateName,
  type ChangeSetCase,
  type LineageCommand,
  type Phase,
  type Proposal,
} from './state.ts';

/** Changes and errors that are shown one by one; a change set holds twenty changes at most. */
const shownChanges = 6;
const shownErrors = 3;
const shownDifferences = 10;

/** What happens next, by itself or by somebody, in a sentence. */
export function nextStep(phase: Phase): string {
  switch (phase.name) {
    case 'inspecting':
    case 'diagnosing':
      return 'AWS is asked what went wrong.';
    case 'awaitingOutcome':
      return `The outcome of ${phase.changeSetId} is awaited: its event, or a check now and then.`;
    case 'backingOff':
      return `Attempt ${phase.attempt} goes out after a wait of ${phase.delayMs / 1_000} seconds.`;
    case 'submitting':
      return `Attempt ${phase.attempt} is being sent, on the word of ${phase.authority === 'policy' ? 'the policy' : 'an operator'}.`;
    case 'awaitingBlocker': {
      const which = phase.blocker === undefined ? 'what holds the entities' : `change set ${phase.blocker.changeSetId}`;
      const started =
        phase.blocker?.startTime === undefined ? '' : `, started ${readableTime(phase.blocker.startTime)}`;
      return `Waiting for ${which}${started}, since ${readableTime(new Date(phase.sinceMs).toISOString())}; no attempt is used.`;
    }
    case 'awaitingDecision':
      if (phase.proposal !== undefined)
        return 'You: check the proposal below; approve sends it, retry sends the original.';
      if (phase.reason.kind === 'modeApprove' || phase.reason.kind === 'dailyCap')
        return 'You: approve sends it; abandon gives it up.';
      return phase.reason.retryLeadsTo === 'submit'
        ? 'You: retry sends it again as it was, amend proposes other details, resolve or abandon ends it.'
        : 'You: retry checks again; abandon gives it up.';
    case 'abandoning':
      return 'Nothing more is sent; a successor that is in flight is waited for.';
    case 'ended':
      return endSentence(phase.end);
  }
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
      ...change.stale.map((text) => `- → stale: ${plain(text)}`),
    ]);
  const more = diagnosis.changes.length - shownChanges;
  return [
    `**What AWS says of ${plain(diagnosis.changeSetId)}:** ${plain(diagnosis.status ?? 'no status')}${
      diagnosis.failureCode === undefined ? '' : `, ${plain(diagnosis.failureCode)}`
    }`,
    ...(diagnosis.failureDescription === undefined ? [] : [`> ${plain(diagnosis.failureDescription, 300)}`]),
    ...changes,
    ...(more > 0 ? [`- and ${more} more changes`] : []),
    ...adviceLines(diagnosis),
    '',
  ];
}

function commandsNow(lineage: ChangeSetCase): readonly LineageCommand[] {
  return (['retry', 'approve', 'amend', 'resolve', 'abandon'] as const).filter(
    (command) => refusal(lineage, command) === undefined,
  );
}

function commandLines(lineage: ChangeSetCase, { expireAfterMs }: ChangeSetPolicy): string[] {
  const { phase } = lineage;
  if (phase.name !== 'awaitingDecision') return [];
  const commands = commandsNow(lineage);
  return [
    `**Answer here** (More Actions → Send an Update → ${commands.map((command) => `\`${command}\``).join(', ')}):`,
    jsonBlock({ actor: 'your name', reason: 'why' }),
    ...(commands.includes('amend')
      ? [
          'For `amend`, with the whole new details of a change:',
          jsonBlock({ actor: 'your name', reason: 'why', changes: [{ index: 0, details: '{"…":"…"}' }] }),
        ]
      : []),
    `or in a terminal: \`steward ${commands.includes('approve') ? 'approve' : 'retry'} ${lineage.originId} --actor "your name" --reason "why"\``,
    'After an answer press R: this page does not renew itself.',
    ...(phase.repeatAtMs === undefined
      ? []
      : [`Without an answer it is sent again at ${readableTime(new Date(phase.repeatAtMs).toISOString())}, once.`]),
    `The question is open until ${readableTime(new Date(phase.askedAtMs + expireAfterMs).toISOString())}.`,
    '',
    ...proposalLines(phase.proposal),
  ];
}

function proposalLines(proposal: Proposal | undefined): string[] {
  if (proposal === undefined) return [];
  const lines = proposal.difference?.slice(0, shownDifferences) ?? ['the difference is being computed'];
  const more = (proposal.difference?.length ?? 0) - shownDifferences;
  return [
    `**Proposed by ${plain(proposal.by)}**, not sent yet:`,
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

/** What went wrong on the way is of no use any more. */
function isSettled(phase: Phase): boolean {
  return phase.name === 'ended' && (phase.end === 'succeeded' || phase.end === 'remediated');
}

/** The workflow's details in markdown: what is the matter, what to do, and what was done on whose word. */
export function changeSetDetails(lineage: ChangeSetCase, policy: ChangeSetPolicy): string {
  const { phase } = lineage;
  const asked = phase.name === 'awaitingDecision' ? [`**Why you:** ${plain(phase.reason.sentence, 500)}`] : [];
  return details([
    `## ${needsDecision(lineage) ? 'Needs you' : stateName(lineage)}: ${plain(lineage.originName ?? lineage.originId)}`,
    ...asked,
    `**${phase.name === 'ended' ? 'Result' : 'Next'}:** ${plain(nextStep(phase), 400)}`,
    '',
    ...openedByLines(lineage),
    ...(isSettled(phase) ? [] : failureLines(lineage.diagnosis)),
    ...commandLines(lineage, policy),
    '**Change sets of this lineage**',
    ...memberLines(lineage),
    '',
    ...lineage.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...lineage.audit
      .slice(-5)
      .map(
        ({ at, command, actor, reason }) =>
          `- ${readableTime(at)}: **${command}** by ${plain(actor)}: ${plain(reason)}`,
      ),
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
  const entities = diagnosis.changes.flatMap(({ entityId }) => (entityId === undefined ? [] : [entityId]));
  const codes = diagnosis.failureCode === undefined ? [] : [diagnosis.failureCode];
  return { entities: [...new Set(entities)], failureCodes: [...new Set([...codes, ...errorCodes(diagnosis)])] };
}

/** What a proposed amendment would change; null where none is proposed. */
export function amendmentView({ phase }: ChangeSetCase): AmendmentView | null {
  if (phase.name !== 'awaitingDecision' || phase.proposal === undefined) return null;
  const { amendments, by, difference } = phase.proposal;
  return {
    proposedBy: by,
    indexes: amendments.map(({ index }) => index),
    ...defined({ difference }),
  };
}
