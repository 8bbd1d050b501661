import { details, plain, readableTime } from '../shared/markdown.ts';
import { answerLines, auditLines, commandsIn } from '../shared/operatorCommands.ts';
import { heldEventsCommands, heldEventsWorkflowId, type HeldEventsStatus } from './contract.ts';
import { answerStep, endSentences, events, fullLine, lackedText, outcomeLines, reasonOf } from './notices.ts';
import { nameOf, stateName, type HeldEventsCase } from './state.ts';

const shownDigests = 5;
const shownKinds = 10;

function nextStep(current: HeldEventsCase): string {
  const { heading, held, phase } = current;
  switch (phase.name) {
    case 'awaitingConfiguration':
      return heading.by === 'account'
        ? `You: ${answerStep(current)} Then ${events(held.length)} will be replayed. Or discard.`
        : 'You: replay or discard.';
    case 'recorded':
      return held.length === 0
        ? 'Nothing: the steward ignores and counts further events of this kind. Discard to end this.'
        : `Nothing: the steward ignores and counts further events of this kind. Replay what is kept (${events(held.length)}) with a version that knows it, or discard.`;
    case 'replaying':
      return `The steward replays what can be handled; ${events(held.length)} left.`;
    case 'discarding':
      return `The steward discards what is held; ${events(held.length)} left.`;
    case 'ended':
      return endSentences[phase.end];
  }
}

function title(held: HeldEventsCase): string {
  const name = plain(nameOf(held.heading));
  if (held.heading.by === 'kind') return `Unknown kind of event: ${name}`;
  const asks = held.phase.name === 'awaitingConfiguration';
  return `${asks ? 'Needs a decision' : stateName(held)}: events of ${name}, ${lackedText(held)}`;
}

function fullLines(held: HeldEventsCase): readonly string[] {
  const refused =
    held.refused > 0 ? [`**refused so far:** ${held.refused === 1 ? 'once' : `${held.refused} times`}`] : [];
  return [...(held.full === undefined ? [] : [`**full:** ${fullLine(held.full)}`]), ...refused];
}

/** The workflow's details in markdown. Of the bytes only digests are shown. */
export function heldEventsDetails(held: HeldEventsCase): string {
  const more = held.held.length - shownDigests;
  return details([
    `## ${title(held)}`,
    `**Why:** ${plain(reasonOf(held), 500)}`,
    `**Next:** ${nextStep(held)}`,
    '',
    ...answerLines(
      heldEventsCommands,
      commandsIn(heldEventsCommands, stateName(held)),
      heldEventsWorkflowId(held.heading),
    ),
    `- **events seen:** ${held.count}`,
    `- **first:** ${readableTime(held.firstSeenAt)}`,
    `- **held now:** ${held.held.length}`,
    ...fullLines(held).map((line) => `- ${line}`),
    ...held.kinds.slice(0, shownKinds).map((kind) => `- kind: ${plain(kind, 100)}`),
    ...outcomeLines(held).map((line) => `- ${line}`),
    ...held.held.slice(0, shownDigests).map(({ sha256 }) => `- held: quarantine:${sha256}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
    ...held.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...auditLines(held.audit),
  ]);
}

/** The same for programs. */
export function heldEventsStatus(held: HeldEventsCase): HeldEventsStatus {
  const { count, refused, full, became, notes, audit } = held;
  const state = stateName(held);
  return {
    state,
    heading: nameOf(held.heading),
    count,
    held: held.held.length,
    replayed: became.replayed,
    expired: became.expired,
    refused,
    ...(full !== undefined && { full: { since: new Date(full.sinceMs).toISOString(), most: full.most } }),
    reason: reasonOf(held),
    commands: commandsIn(heldEventsCommands, state),
    notes,
    audit,
    nextStep: nextStep(held),
  };
}
