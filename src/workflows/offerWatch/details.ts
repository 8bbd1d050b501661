import { defined } from '../../defined.ts';
import { details, plain, readableTime, reminderLine } from '../shared/markdown.ts';
import type { OfferEnd, OfferStatus } from './contract.ts';
import { whatMayBeDone } from './actions.ts';
import { agreementLines, endText, isOver, offerTitle, openLines, termLines, whatHappened } from './notices.ts';
import { canFollow, dueAtMs, endOf, stateName, wakeAtMs, type Awaited, type OfferCase } from './state.ts';

const endSentences: Record<OfferEnd, string> = {
  expired: 'The offer has ended.',
  noEndDate: 'The offer has no end date to watch for.',
  withdrawn: 'The offer was withdrawn: AWS shows an end that is past.',
  accepted: 'Every buyer that the offer is targeted at has accepted it: no reminder goes out.',
  abandoned: 'The run was cancelled: no reminder goes out. A later release starts it again.',
};

function endingText({ sent }: OfferCase, end: OfferEnd): string {
  const reminded = end === 'expired' && sent.length > 0 ? ` Reminders sent: ${sent.length}.` : '';
  return `${endSentences[end]}${reminded}`;
}

function dueText(wait: Awaited): string {
  const at = readableTime(new Date(dueAtMs(wait)).toISOString());
  return wait.schedule.length > 0 ? `The next reminder goes out at ${at}.` : `The watch ends with the offer, at ${at}.`;
}

function nextStep(watch: OfferCase): string {
  const { phase, release } = watch;
  if (phase.name === 'ended') return endingText(watch, phase.end);
  if (phase.name === 'checking') return 'The watch asks AWS whether the end has moved, before it goes on.';
  const at = readableTime(new Date(wakeAtMs(phase)).toISOString());
  switch (phase.name) {
    case 'watching':
      return `${dueText(phase)}${phase.checkAtMs === undefined ? '' : ` AWS is asked for the end at ${at}.`}`;
    case 'lingering':
      if (phase.end === 'accepted') {
        return `${endingText(watch, phase.end)} The watch closes at ${at}; a release to another buyer reminds again.`;
      }
      return release === undefined
        ? `No release has reached this watch yet; it closes at ${at}.`
        : `${endingText(watch, phase.end)} Duplicates of its release are recognised until ${at}; then the watch closes.`;
  }
}

/** When AWS was asked last, and what it left open. */
function checkedLines({ account, release, checked }: OfferCase): readonly string[] {
  if (release === undefined || checked === undefined) return [];
  const open = openLines(account, release, checked.finding);
  const said = open.length === 0 ? 'AWS shows the end.' : open.join(' ');
  return [`- checked at ${readableTime(checked.at)}: ${plain(said, 500)}`];
}

/** The workflow's details in markdown: what was released, from whose view, and what may be done. */
export function offerDetails(watch: OfferCase): string {
  const { release } = watch;
  const expiresAt = endOf(watch);
  const released =
    release === undefined
      ? []
      : [
          plain(whatHappened(release), 400),
          `**Ends:** ${expiresAt === undefined ? 'no end date is known' : endText(expiresAt)}`,
          `**To do:** ${plain(whatMayBeDone(release, isOver(watch), canFollow(watch.checked?.finding)), 400)}`,
        ];
  return details([
    `## ${plain(release === undefined ? `Offer ${watch.offerId}` : offerTitle(release), 300)}`,
    ...released,
    `**Next:** ${plain(nextStep(watch), 400)}`,
    ...(release === undefined ? [] : termLines(release).map((line) => `- ${plain(line)}`)),
    `- **account:** ${plain(watch.account)}, offer ${plain(watch.offerId)}`,
    ...agreementLines(watch).map((line) => `- ${line}`),
    ...checkedLines(watch),
    '',
    ...watch.sent.slice(-5).map((key) => reminderLine(key)),
    ...watch.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function offerStatus(watch: OfferCase): OfferStatus {
  return {
    state: stateName(watch.phase),
    account: watch.account,
    offerId: watch.offerId,
    role: watch.release?.role ?? 'unknown',
    ...defined({ expiresAt: endOf(watch) }),
    agreements: watch.agreementCount,
    remindersSent: watch.sent,
    nextStep: nextStep(watch),
    notes: watch.notes,
  };
}
