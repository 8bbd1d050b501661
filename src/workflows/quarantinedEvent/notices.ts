import type { Notice } from '../shared/notices.ts';
import { quarantineWorkflowId } from './contract.ts';
import type { QuarantineCase, QuarantineEnd } from './state.ts';

/** Enough of a digest to tell two apart in a title. */
const shownDigest = 12;
/** A reason that lists every field at fault would bury the rest of the notice. */
const longestReason = 500;

/** Which seller the bytes concern cannot be told before they can be read. */
export const unknownAccount = 'unknown';

function title({ sha256, envelope }: QuarantineCase): string {
  return `Event ${sha256.slice(0, shownDigest)} (${envelope})`;
}

/** The notice that bytes were kept because they could not be handled. */
export function openingNotice(kept: QuarantineCase): Notice {
  const workflowId = quarantineWorkflowId(kept.sha256);
  return {
    id: `${workflowId}:${kept.firstReceivedAt}`,
    kind: 'opening',
    severity: 'warning',
    account: unknownAccount,
    workflowId,
    title: `${title(kept)} could not be handled`,
    lines: [kept.reason.slice(0, longestReason), `The ${kept.sizeBytes} bytes are kept whole.`],
    nextStep: 'Put right what the reason names and send the update replay, or discard.',
    dueAt: new Date(kept.keepUntilMs).toISOString(),
  };
}

const endSentences: Record<QuarantineEnd, string> = {
  replayed: 'The bytes were read and handed on.',
  discarded: 'The bytes were given up on an operator’s word.',
  expired: 'Nobody decided while the bytes were kept; they were given up.',
};

/** What the end means, in a sentence. */
export function endSentence(end: QuarantineEnd): string {
  return endSentences[end];
}

/** The notice of the end. An event that was given up without anybody's word is worth a warning. */
export function endingNotice(kept: QuarantineCase, end: QuarantineEnd): Notice {
  const workflowId = quarantineWorkflowId(kept.sha256);
  const delivered = kept.deliveredTo.length === 0 ? [] : [`Delivered to: ${kept.deliveredTo.join(', ')}.`];
  return {
    id: `${workflowId}:${kept.firstReceivedAt}:end`,
    kind: 'resolution',
    severity: end === 'expired' ? 'warning' : 'information',
    account: unknownAccount,
    workflowId,
    title: `${title(kept)}: ${end}`,
    lines: [endSentence(end), ...delivered, ...kept.notes.slice(-1)],
    nextStep: 'Nothing is to be done.',
  };
}
