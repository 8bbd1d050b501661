import { defined } from '../../defined.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import { answerLines, auditLines, commandsIn } from '../shared/operatorCommands.ts';
import { quarantineCommands, quarantineWorkflowId, type QuarantineStatus } from './contract.ts';
import { endSentences } from './notices.ts';
import { stateName, type QuarantineCase } from './state.ts';

function nextStep({ phase, keepUntilMs, pendingEnd, holding }: QuarantineCase): string {
  const expiry = `The bytes expire on ${readableTime(new Date(keepUntilMs).toISOString())}.`;
  switch (phase.name) {
    case 'quarantined':
      return `You: replay or discard. ${expiry}`;
    case 'held':
      return `Nothing here: ${plain(holding?.heldBy ?? '')} decides for all that wait for the same. ${expiry}`;
    case 'replaying':
      return pendingEnd
        ? 'The replay is still under way; this ends with its answer.'
        : 'The steward reads the bytes again, and delivers what it can read.';
    case 'ended':
      return endSentences[phase.end];
  }
}

/**
 * The workflow's details in markdown. Of the bytes only size and digest are shown: they may hold anything, and details
 * travel in addresses.
 */
export function quarantineDetails(kept: QuarantineCase): string {
  const sha256 = kept.sha256.replace(/[^\w]/g, '').slice(0, 64);
  return details([
    `## ${kept.phase.name === 'quarantined' ? 'Needs a decision' : stateName(kept)}: an event that could not be handled`,
    `**Why:** ${plain(kept.reason, 500)}`,
    `**Next:** ${nextStep(kept)}`,
    '',
    ...answerLines(quarantineCommands, commandsIn(quarantineCommands, stateName(kept)), quarantineWorkflowId(sha256)),
    `- **envelope:** ${plain(kept.envelope)}`,
    `- **size:** ${kept.sizeBytes} bytes`,
    `- **sha256:** \`${sha256}\``,
    `- **first arrival:** ${readableTime(kept.firstReceivedAt)}`,
    `- **arrivals:** ${kept.count}`,
    ...(kept.holding === undefined ? [] : [`- **held by:** ${plain(kept.holding.heldBy)}`]),
    ...kept.deliveredTo.slice(0, 10).map((id) => `- **delivered to:** ${plain(id)}`),
    '',
    ...kept.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...auditLines(kept.audit),
  ]);
}

/** The same for programs. */
export function quarantineStatus(kept: QuarantineCase): QuarantineStatus {
  const { sha256, envelope, sizeBytes, count, reason, holding, deliveredTo, notes, audit } = kept;
  const state = stateName(kept);
  return {
    state,
    sha256,
    envelope,
    sizeBytes,
    count,
    reason,
    ...defined({ heldBy: holding?.heldBy }),
    deliveredTo,
    commands: commandsIn(quarantineCommands, state),
    notes,
    audit,
    nextStep: nextStep(kept),
  };
}
