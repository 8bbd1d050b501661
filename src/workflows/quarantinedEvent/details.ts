import { details, jsonBlock, plain, readableTime } from '../shared/markdown.ts';
import type { QuarantineStatus } from './contract.ts';
import { endSentence } from './notices.ts';
import { stateName, type QuarantineCase } from './state.ts';

/** What happens next, by itself or by somebody, in a sentence. */
export function nextStep({ phase, keepUntilMs, pendingEnd }: QuarantineCase): string {
  switch (phase.name) {
    case 'quarantined':
      return `You: replay or discard. Given up by itself on ${readableTime(new Date(keepUntilMs).toISOString())}.`;
    case 'replaying':
      return pendingEnd
        ? 'The answer to the replay is awaited; then this closes.'
        : 'The bytes are read and delivered.';
    case 'ended':
      return endSentence(phase.end);
  }
}

function commandLines({ phase }: QuarantineCase): string[] {
  if (phase.name !== 'quarantined') return [];
  return [
    '**Answer here** (More Actions → Send an Update → `replay` or `discard`):',
    jsonBlock({ actor: 'your name', reason: 'why' }),
    '',
  ];
}

/**
 * The workflow's details in markdown. Of the bytes only size and digest are shown: they may hold anything, and details
 * travel in addresses.
 */
export function quarantineDetails(kept: QuarantineCase): string {
  return details([
    `## ${kept.phase.name === 'quarantined' ? 'Needs you' : stateName(kept)}: an event that could not be handled`,
    `**Why:** ${plain(kept.reason, 500)}`,
    `**Next:** ${nextStep(kept)}`,
    '',
    ...commandLines(kept),
    `- **envelope:** ${plain(kept.envelope)}`,
    `- **size:** ${kept.sizeBytes} bytes`,
    `- **sha256:** \`${kept.sha256.replace(/[^\w]/g, '').slice(0, 64)}\``,
    `- **first arrival:** ${readableTime(kept.firstReceivedAt)}`,
    `- **arrivals:** ${kept.count}`,
    ...kept.deliveredTo.slice(0, 10).map((id) => `- **delivered to:** ${plain(id)}`),
    '',
    ...kept.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
    ...kept.audit
      .slice(-5)
      .map(
        ({ at, command, actor, reason }) =>
          `- ${readableTime(at)}: **${command}** by ${plain(actor)}: ${plain(reason)}`,
      ),
  ]);
}

/** The same for programs. */
export function quarantineStatus(kept: QuarantineCase): QuarantineStatus {
  const { sha256, envelope, sizeBytes, count, reason, deliveredTo, notes, audit } = kept;
  return {
    state: stateName(kept),
    sha256,
    envelope,
    sizeBytes,
    count,
    reason,
    deliveredTo,
    notes,
    audit,
    nextStep: nextStep(kept),
  };
}
