import { carriedReader } from '../shared/carried.ts';
import type { Reminder } from '../shared/reminders.ts';
import { checkedElsewhere, either, list, members, number, oneOf, optional, text, variants } from '../shared/shapes.ts';
import type { OfferFinding, OfferReleasedMessage } from './contract.ts';
import type { Awaited, CheckFinding, OfferCase, OfferPhase } from './state.ts';

const awaited = {
  expiresAt: text,
  closesAt: optional(text),
  schedule: list(members<Reminder>({ reminder: text, atMs: number })),
  checkAtMs: optional(number),
} satisfies Parameters<typeof members<Awaited>>[0];

const phase = variants<'name', OfferPhase>('name', {
  watching: members<Extract<OfferPhase, { name: 'watching' }>>({ name: oneOf('watching'), ...awaited }),
  checking: members<Extract<OfferPhase, { name: 'checking' }>>({
    name: oneOf('checking'),
    askedAtMs: number,
    ...awaited,
  }),
  lingering: members<Extract<OfferPhase, { name: 'lingering' }>>({
    name: oneOf('lingering'),
    end: oneOf('expired', 'noEndDate', 'withdrawn', 'accepted'),
    untilMs: number,
  }),
  ended: members<Extract<OfferPhase, { name: 'ended' }>>({
    name: oneOf('ended'),
    end: oneOf('expired', 'noEndDate', 'withdrawn', 'accepted', 'abandoned'),
  }),
});

const finding = either(
  members<Extract<OfferFinding, { found: 'offer' }>>({
    found: oneOf('offer'),
    endsAt: optional(text),
    unreleased: optional(text),
  }),
  either(
    members<Extract<OfferFinding, { offerId: string }>>({ found: oneOf('notAllowed', 'notFound'), offerId: text }),
    members<Extract<CheckFinding, { found: 'unanswered' }>>({ found: oneOf('unanswered'), sentence: text }),
  ),
);

/** Reads what a run before has carried. */
export const readWatch = carriedReader<OfferCase>(
  'offerWatch',
  1,
  members<OfferCase>({
    version: oneOf(1),
    account: text,
    offerId: text,
    phase,
    release: optional(checkedElsewhere<OfferReleasedMessage>()),
    shownEnd: optional(text),
    moves: number,
    checked: optional(members<NonNullable<OfferCase['checked']>>({ at: text, finding })),
    agreementCount: number,
    agreementIds: list(text),
    presumed: list(members<OfferCase['presumed'][number]>({ agreementId: text, buyer: text })),
    acceptors: list(text),
    lingerUntilMs: number,
    sent: list(text),
    seen: list(text),
    notes: list(text),
  }),
);
