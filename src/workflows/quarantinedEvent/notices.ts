import { identityOf, type Notice } from '../shared/notices.ts';
import { quarantineWorkflowId, type QuarantineEnd } from './contract.ts';
import type { QuarantineCase } from './state.ts';

/** Enough of a digest to recognise one in a title. */
const shownDigest = 12;
/** A reason that lists every field at fault would bury the rest of the notice. */
const longestReason = 500;

/** Unreadable bytes do not say which seller they concern. */
export const unknownAccount = 'unknown';

function notice(
  { sha256, envelope }: QuarantineCase,
  part: string,
  title: string,
): Pick<Notice, 'id' | 'account' | 'workflowId' | 'title'> {
  return {
    ...identityOf(quarantineWorkflowId(sha256), unknownAccount, part),
    title: `Event ${sha256.slice(0, shownDigest)} (${envelope})${title}`,
  };
}

/** The notice that the steward keeps bytes that it could not handle. */
export function openingNotice(kept: QuarantineCase): Notice {
  return {
    ...notice(kept, kept.firstReceivedAt, ' could not be handled'),
    kind: 'opening',
    severity: 'warning',
    lines: [kept.reason.slice(0, longestReason), `The steward keeps all ${kept.sizeBytes} bytes.`],
    nextStep: 'Fix what the reason names, then replay the event. Or discard it.',
    dueAt: new Date(kept.keepUntilMs).toISOString(),
  };
}

/** What the end means, in a sentence. */
export const endSentences: Record<QuarantineEnd, string> = {
  replayed: 'A replay read the bytes.',
  discarded: 'An operator discarded the bytes.',
  expired: 'Nobody decided within the time that bytes are kept; they are discarded.',
};

/** The notice of the end. An event that no operator decided about is worth a warning. */
export function endingNotice(kept: QuarantineCase, end: QuarantineEnd): Notice {
  const delivered = kept.deliveredTo.length === 0 ? [] : [`Delivered to: ${kept.deliveredTo.join(', ')}.`];
  return {
    ...notice(kept, `${kept.firstReceivedAt}:end`, `: ${end}`),
    kind: 'resolution',
    severity: end === 'expired' ? 'warning' : 'information',
    lines: [endSentences[end], ...delivered, ...kept.notes.slice(-1)],
    nextStep: 'You need to do nothing.',
  };
}
