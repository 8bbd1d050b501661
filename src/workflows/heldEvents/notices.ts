import { readableTime } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import { unknownAccount } from '../quarantinedEvent/notices.ts';
import { heldEventsWorkflowId, type HeldEventsEnd } from './contract.ts';
import { nameOf, type HeldEventsCase } from './state.ts';

const longestReason = 500;

/** A number of events, in words. */
export function events(count: number): string {
  return count === 1 ? '1 event' : `${count} events`;
}

/** Whose events they are, for search attributes. */
export function accountOf({ heading }: Pick<HeldEventsCase, 'heading'>): string {
  return heading.by === 'account' ? heading.account : unknownAccount;
}

/** A route can only name accounts that are configured, and `unknown`: by the account itself the question would get nowhere. */
function identity(held: HeldEventsCase, part: string): Pick<Notice, 'id' | 'account' | 'workflowId'> {
  return identityOf(heldEventsWorkflowId(held.heading), unknownAccount, part);
}

/** The one question about an account that is not configured, or the one report of a kind that no document names. */
export function firstNotice(held: HeldEventsCase): Notice {
  const { heading, firstSeenAt } = held;
  const workflowId = heldEventsWorkflowId(heading);
  const lines = [held.reason.slice(0, longestReason)];
  if (heading.by === 'kind') {
    return {
      ...identity(held, firstSeenAt),
      kind: 'report',
      severity: 'information',
      title: `A kind of event that this version does not know: ${heading.kind}`,
      lines: [
        ...lines,
        'The steward ignores events of this kind and counts them. It reports the kind once.',
        ...(held.held.length === 0 ? [] : ['It keeps the first bodies, so that a later version can replay them.']),
      ],
      nextStep: `Check whether a newer version handles the kind. You can replay what is kept (steward replay ${workflowId}) or discard it.`,
    };
  }
  return {
    ...identity(held, firstSeenAt),
    kind: 'opening',
    severity: 'warning',
    title: `Events of account ${heading.account} are held: it is not configured`,
    lines: [
      ...lines,
      `${events(held.held.length)} held so far. The steward keeps further ones, and asks no more about them.`,
    ],
    nextStep: `Configure the account: the steward then replays what is held. Or discard it: steward discard ${workflowId}`,
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
      held.reason.slice(0, longestReason),
    ],
    nextStep: 'Configure the account: the steward then replays what is held.',
    dueAt: expiresAt,
  };
}

/** What became of the events, in sentences. */
export function outcomeLines({ became }: Pick<HeldEventsCase, 'became'>): readonly string[] {
  const decided: ReadonlyArray<readonly [number, string]> = [
    [became.replayed, 'replayed'],
    [became.discarded, 'discarded'],
    [became.expired, 'expired: nobody configured the account within the time that bytes are kept'],
    [became.quarantined, 'could not be read, and is in the quarantine: it asks on its own'],
    [became.unknown, 'ended in another way'],
  ];
  return decided.flatMap(([count, what]) => (count === 0 ? [] : [`${events(count)} ${what}.`]));
}

/** What the end means, in a sentence. */
export const endSentences: Record<HeldEventsEnd, string> = {
  replayed: 'Nothing is held any more.',
  discarded: 'An operator discarded what was held.',
  expired: 'The bytes expired before the account was configured.',
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
