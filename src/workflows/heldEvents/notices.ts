import { dayMs } from '../shared/durations.ts';
import { readableTime } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import { unknownAccount } from '../quarantinedEvent/notices.ts';
import { heldEventsWorkflowId, type HeldEventsEnd } from './contract.ts';
import { nameOf, type HeldEventsCase } from './state.ts';

const longestReason = 500;
const namedCatalogs = 3;
const longestCatalog = 80;
/** EventBridge gives an event up after this time (Amazon EventBridge User Guide, retry policy). */
const senderKeepsMs = dayMs;

/** A number of events, in words. */
export function events(count: number): string {
  return count === 1 ? '1 event' : `${count} events`;
}

/** Whose events they are, for search attributes. */
export function accountOf({ heading }: Pick<HeldEventsCase, 'heading'>): string {
  return heading.by === 'account' ? heading.account : unknownAccount;
}

/** A route can only name accounts that are configured, and `unknown`: by another account the question would get nowhere. */
function identity(held: HeldEventsCase, part: string): Pick<Notice, 'id' | 'account' | 'workflowId'> {
  return identityOf(heldEventsWorkflowId(held.heading), held.askedAs, part);
}

/** A list of catalogs as text. */
function catalogsText(catalogs: readonly string[]): string {
  const named = catalogs.slice(0, namedCatalogs).map((catalog) => catalog.slice(0, longestCatalog));
  const more = catalogs.length - named.length;
  return `${catalogs.length === 1 ? 'catalog' : 'catalogs'} ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What the configuration lacks, as the rest of a sentence about the account. */
export function lackedText({ lacking }: Pick<HeldEventsCase, 'lacking'>): string {
  if (lacking === undefined || lacking.account) return 'which is not configured';
  if (lacking.catalogs.length === 0) return 'which is configured now';
  const { catalogs } = lacking;
  return `whose ${catalogsText(catalogs)} ${catalogs.length === 1 ? 'is' : 'are'} not configured`;
}

/** Why nobody may act on the events: by the newest check of the configuration, else as the newest event says. */
export function reasonOf({
  heading,
  lacking,
  reason,
  held,
}: Pick<HeldEventsCase, 'heading' | 'lacking' | 'reason' | 'held'>): string {
  if (heading.by === 'kind' || lacking === undefined || lacking.account) return reason.slice(0, longestReason);
  const { account } = heading;
  const { catalogs } = lacking;
  if (catalogs.length === 0) {
    return `Account ${account} is configured${held.length === 0 ? '' : '; what is left has not been replayed yet'}.`;
  }
  const verb = catalogs.length === 1 ? 'is' : 'are';
  return `Account ${account} is configured, but its ${catalogsText(catalogs)} ${verb} not (accounts.${account}.catalogs).`;
}

/** What makes the events replayable, as a sentence. */
export function answerStep({ heading, lacking }: Pick<HeldEventsCase, 'heading' | 'lacking'>): string {
  if (heading.by === 'kind') return 'replay with a version that knows the kind.';
  const { account } = heading;
  const { catalogs = [] } = lacking ?? {};
  if (lacking !== undefined && !lacking.account) {
    return catalogs.length === 0
      ? 'replay what is left.'
      : `add the ${catalogsText(catalogs)} to accounts.${account}.catalogs.`;
  }
  const by = catalogs.length === 0 ? '' : ` with the ${catalogsText(catalogs)}`;
  return `add accounts.${account} to the configuration${by}.`;
}

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** That no more events are held, and since when. */
export function fullLine({ most, sinceMs }: NonNullable<HeldEventsCase['full']>): string {
  const since = readableTime(new Date(sinceMs).toISOString());
  return `${most} events may be held; since ${since} the ingress refuses further ones with 503`;
}

function lackedTitle({ lacking }: HeldEventsCase): string {
  if (lacking === undefined || lacking.account) return 'it is not configured';
  const { catalogs } = lacking;
  if (catalogs.length === 0) return 'replays have not ended';
  return `its ${catalogsText(catalogs)} ${catalogs.length === 1 ? 'is' : 'are'} not configured`;
}

/** The one question about an account that is not configured, or the one report of a kind that no document names. */
export function firstNotice(held: HeldEventsCase): Notice {
  const { heading, firstSeenAt } = held;
  const workflowId = heldEventsWorkflowId(heading);
  const lines = [reasonOf(held)];
  if (heading.by === 'kind') {
    return {
      ...identity(held, firstSeenAt),
      kind: 'report',
      severity: 'information',
      title: `A kind of event that this version does not know: ${nameOf(heading)}`,
      lines: [
        ...lines,
        ...(held.kinds.length === 0
          ? ['The steward ignores events of this kind and counts them. It reports the kind once.']
          : [
              `Ten kinds of this source were new within a day; the steward reports further ones in this one report, and counts them. The first: ${held.kinds.join(', ').slice(0, longestReason)}.`,
            ]),
        ...(held.held.length === 0 ? [] : ['It keeps the first bodies, so that a later version can replay them.']),
      ],
      nextStep: `Check whether a newer version handles the kind. You can replay what is kept (steward replay ${workflowId}) or discard it.`,
    };
  }
  return {
    ...identity(held, `${firstSeenAt}${held.askedAs === unknownAccount ? '' : ':configured'}`),
    kind: 'opening',
    severity: 'warning',
    title: `Events of ${nameOf(heading)} are held: ${lackedTitle(held)}`,
    lines: [
      ...lines,
      `${events(held.held.length)} held so far. The steward keeps further ones and asks no more about them, unless it has no room for more.`,
    ],
    nextStep: `${capitalized(answerStep(held))} The steward then replays what is held. Or discard it: steward discard ${workflowId}`,
  };
}

/** The reminder that held bytes expire soon. */
export function expiryNotice(held: HeldEventsCase, expiresAtMs: number, nowMs: number): Notice {
  const expiresAt = new Date(expiresAtMs).toISOString();
  return {
    ...identity(held, `expires:${expiresAt}`),
    kind: 'reminder',
    severity: 'warning',
    title: `Events of ${nameOf(held.heading)} expire ${distanceText(expiresAtMs, nowMs)}`,
    lines: [
      `${events(held.held.length)} held. The first expires at ${readableTime(expiresAt)}, and is discarded then.`,
      reasonOf(held),
    ],
    nextStep: `${capitalized(answerStep(held))} The steward then replays what is held.`,
    dueAt: expiresAt,
  };
}

/** The notice that events are refused, since as many are held as may be: senders give them up in the end. */
export function fullNotice(held: HeldEventsCase, full: NonNullable<HeldEventsCase['full']>): Notice {
  const name = nameOf(held.heading);
  const givenUpAt = new Date(full.sinceMs + senderKeepsMs).toISOString();
  return {
    ...identity(held, `full:${new Date(full.sinceMs).toISOString()}`),
    kind: 'reminder',
    severity: 'critical',
    title: `Events of ${name} are refused: ${full.most} are held, and no more may be`,
    lines: [
      `${capitalized(fullLine(full))}. So far it has refused ${held.refused === 1 ? 'once' : `${held.refused} times`}; a sender repeats what is refused.`,
      `EventBridge gives up an event after 24 hours: the first of them at ${readableTime(givenUpAt)}.`,
      reasonOf(held),
    ],
    nextStep: `Before ${readableTime(givenUpAt)}: ${answerStep(held)} Or discard what is held: steward discard ${heldEventsWorkflowId(held.heading)}. Or raise policies.quarantine.heldEventsPerAccount.`,
    dueAt: givenUpAt,
  };
}

/** What became of the events, in sentences. */
export function outcomeLines({ became }: Pick<HeldEventsCase, 'became'>): readonly string[] {
  const decided: ReadonlyArray<readonly [number, string]> = [
    [became.replayed, 'replayed'],
    [became.discarded, 'discarded'],
    [became.expired, 'expired: nobody configured what they need within the time that bytes are kept'],
    [became.quarantined, 'could not be read, and is in the quarantine: it asks on its own'],
    [became.unknown, 'ended in another way'],
  ];
  return decided.flatMap(([count, what]) => (count === 0 ? [] : [`${events(count)} ${what}.`]));
}

/** What the end means, in a sentence. */
export const endSentences: Record<HeldEventsEnd, string> = {
  replayed: 'Nothing is held any more.',
  discarded: 'An operator discarded what was held.',
  expired: 'The bytes expired before what they need was configured.',
};

/** The notice of the end of what was asked. */
export function endingNotice(held: HeldEventsCase, end: HeldEventsEnd): Notice {
  return {
    ...identity(held, `${held.firstSeenAt}:end`),
    kind: 'resolution',
    severity: held.became.expired > 0 ? 'warning' : 'information',
    title: `Events of ${nameOf(held.heading)}: ${end}`,
    lines: [endSentences[end], ...outcomeLines(held)],
    nextStep: 'You need to do nothing.',
  };
}

/** The end of the question about an account that is configured now, while what it lacks is asked as the account's. */
export function accountConfiguredNotice(held: HeldEventsCase): Notice {
  return {
    ...identity(held, `${held.firstSeenAt}:accountConfigured`),
    kind: 'resolution',
    severity: 'information',
    title: `${capitalized(nameOf(held.heading))} is configured now`,
    lines: [...outcomeLines(held), `${events(held.held.length)} still held. ${reasonOf(held)}`],
    nextStep: 'A notice of the account itself asks for what is still lacking.',
  };
}
