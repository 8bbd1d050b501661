import { defined } from '../../defined.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { OfferEnd, OfferStatus } from './contract.ts';
import { whatMayBeDone } from './actions.ts';
import { offerTitle, termLines, whatHappened } from './notices.ts';
import { expiryOf } from './transitions/release.ts';
import { stateName, wakeAtMs, type OfferCase } from './state.ts';

const endSentences: Record<OfferEnd, string> = {
  expired: 'The offer has ended.',
  noEndDate: 'The offer has no end date to watch for.',
  abandoned: 'The run was cancelled: no reminder goes out. A later release starts it again.',
};

function endText({ sent }: OfferCase, end: OfferEnd): string {
  const reminded = end === 'expired' && sent.length > 0 ? ` Reminders sent: ${sent.length}.` : '';
  return `${endSentences[end]}${reminded}`;
}

function nextStep(watch: OfferCase): string {
  const { phase, release } = watch;
  if (phase.name === 'ended') return endText(watch, phase.end);
  const at = readableTime(new Date(wakeAtMs(phase)).toISOString());
  switch (phase.name) {
    case 'watching':
      return phase.schedule.length > 0
        ? `The next reminder goes out at ${at}.`
        : `The watch ends with the offer, at ${at}.`;
    case 'lingering':
      return release === undefined
        ? `No release has reached this watch yet; it closes at ${at}.`
        : `${endText(watch, phase.end)} Duplicates of its release are recognised until ${at}; then the watch closes.`;
  }
}

/** The workflow's details in markdown: what was released, from whose view, and what may be done. */
export function offerDetails(watch: OfferCase): string {
  const { release } = watch;
  const expiresAt = release === undefined ? undefined : expiryOf(release);
  const released =
    release === undefined
      ? []
      : [
          plain(whatHappened(release), 400),
          `**Ends:** ${expiresAt === undefined ? 'no end date is known' : readableTime(expiresAt)}`,
          `**To do:** ${plain(whatMayBeDone(release, stateName(watch.phase) === 'expired'), 400)}`,
        ];
  return details([
    `## ${plain(release === undefined ? `Offer ${watch.offerId}` : offerTitle(release), 300)}`,
    ...released,
    `**Next:** ${plain(nextStep(watch), 400)}`,
    ...(release === undefined ? [] : termLines(release).map((line) => `- ${plain(line)}`)),
    '',
    ...watch.sent.slice(-5).map((key) => `- reminded: ${plain(key)}`),
    ...watch.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function offerStatus(watch: OfferCase): OfferStatus {
  const expiresAt = watch.release === undefined ? undefined : expiryOf(watch.release);
  return {
    state: stateName(watch.phase),
    account: watch.account,
    offerId: watch.offerId,
    role: watch.release?.role ?? 'unknown',
    ...defined({ expiresAt }),
    remindersSent: watch.sent,
    nextStep: nextStep(watch),
    notes: watch.notes,
  };
}
