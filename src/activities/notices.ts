import { Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { defined } from '../defined.ts';
import { failure, isFinal } from '../failures.ts';
import type { NoticeChannel, NoticeRoute, OutgoingNotice } from '../channels/port.ts';
import { marks } from '../logging/marks.ts';
import {
  harmlessNotice,
  type ChannelActivities,
  type Notice,
  type NoticeActivities,
} from '../workflows/shared/notices.ts';
import type { NoticeDigests } from '../delivery/noticeDigests.ts';
import { observedMatter } from '../workflows/noticeDigest/contract.ts';
import { dayMs } from '../workflows/shared/durations.ts';
import { createNoticeGroups, follows, groupingDefault, matterOf, mayWait } from './noticeGrouping.ts';
import { channelsFor } from './noticeRouting.ts';

/** What the activities are made from. It may change while they are used: its members are read for each notice. */
export interface NoticeOptions {
  readonly channels: readonly NoticeChannel[];
  readonly routes: readonly NoticeRoute[];
  /** Takes over the notices of a flood; where it is left out, nothing is grouped. */
  readonly digests?: NoticeDigests;
  /** Base of links into the Temporal Web UI. */
  readonly webUiUrl?: string;
  /** Gives a number from 0 to 1; Math.random where it is left out. */
  readonly random?: () => number;
  /** For one attempt through a channel, in milliseconds; 40 s where it is left out. */
  readonly sendWithinMs?: number;
}

/** Channels bound their own exchanges, at 15 s; an activity's attempt has 60 s. */
const longestSendMs = 40_000;

/**
 * Waits for what a channel does, and no longer than that: what hangs before its exchange begins (the look-up of credentials, a
 * proxy) keeps no slot of the worker, and is named in place of a time-out of the server's.
 */
async function bounded(sending: Promise<void>, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const context = { operation: 'notice' };
    const message = `the channel did not end within ${withinMs / 1_000} s`;
    timer = setTimeout(() => reject(failure('Unreachable', message, { context })), withinMs);
  });
  try {
    await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}

const firstDelayMs = 1_000;
const longestDelayMs = 15 * 60_000;

/**
 * How long to wait after a failed attempt, in milliseconds: twice as long each time, by chance up to a half shorter, so
 * that notices that failed together do not return together. Never before the time that the channel asked for.
 */
export function delayAfter(attempt: number, retryAfterMs: number, random: () => number): number {
  const growingMs = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs);
  return Math.round(Math.max(growingMs / 2, retryAfterMs) + (random() * growingMs) / 2);
}

function retryAfterOf(error: unknown): number {
  const asked = error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
  return typeof asked === 'number' ? asked : 0;
}

/** The same failure with another message, or with the delay that the server keeps. */
function changed(
  { message, type, nonRetryable, details, category, cause }: ApplicationFailure,
  changes: { message?: string; nextRetryDelay?: number },
): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    ...(type ? { type } : {}),
    ...(category ? { category } : {}),
    ...defined({ cause }),
    nonRetryable: nonRetryable ?? false,
    details: details ?? [],
    ...changes,
  });
}

/** Where the workflows of this namespace are in the Web UI. */
function workflowsAt(webUiUrl: string): string {
  const namespace = encodeURIComponent(Context.current().info.workflowNamespace ?? 'default');
  return `${webUiUrl.replace(/\/+$/, '')}/namespaces/${namespace}/workflows`;
}

/** The page of the workflow that sends: a link without a run would open another tab (docs/notices.md). */
function linkOf(workflowId: string, webUiUrl: string): string {
  const { workflowExecution } = Context.current().info;
  const base = `${workflowsAt(webUiUrl)}/${encodeURIComponent(workflowId)}`;
  return workflowExecution?.workflowId === workflowId ? `${base}/${workflowExecution.runId}/user-metadata` : base;
}

function linksOf(lists: Notice['lists'], webUiUrl: string): Pick<OutgoingNotice, 'links'> {
  const links = lists?.map(({ title, query }) => ({
    title,
    address: `${workflowsAt(webUiUrl)}?query=${encodeURIComponent(query)}`,
  }));
  return defined({ links });
}

/** The notice as this channel may have it. The routes may have changed since it was chosen: then buyers are not shown. */
function outgoing(notice: Notice, channel: string, { routes, webUiUrl }: NoticeOptions): OutgoingNotice {
  // Once more: histories have notices of workers that let more through.
  const { buyerLines, observed: _forTheDigest, route: _known, lists, ...rest } = harmlessNotice(notice);
  const shown = buyerLines !== undefined && channelsFor(notice, routes).get(channel)?.showBuyers === true;
  const link = webUiUrl === undefined ? {} : { link: linkOf(notice.workflowId, webUiUrl), ...linksOf(lists, webUiUrl) };
  // Notices of workers before name no event.
  const eventId = notice.eventId ?? marks().eventId;
  return { ...rest, ...(shown ? { buyerLines } : {}), ...link, ...defined({ eventId }) };
}

/** Makes the activities over the channels. */
export function createNoticeActivities(options: NoticeOptions): NoticeActivities & ChannelActivities {
  const { digests, random = Math.random, sendWithinMs = longestSendMs } = options;
  const groups = createNoticeGroups();

  /** Hands a notice of a flood over to the digest. @returns false where it is to be sent at once. */
  async function group(channel: NoticeChannel, notice: Notice): Promise<boolean> {
    const { name, isForOperators, closesMatters } = channel;
    if (digests === undefined || !mayWait(notice)) return false;
    if (closesMatters === true && notice.kind === 'resolution') return false;
    const asked = channelsFor(notice, options.routes).get(name)?.grouping;
    const grouping = asked ?? (isForOperators === true ? groupingDefault : 'off');
    if (grouping === 'off') return false;
    const subject = { channel: name, account: notice.account, matter: matterOf(notice) };
    const isRepeat = Context.current().info.attempt > 1;
    const key = JSON.stringify(subject);
    const isGathering = (): Promise<boolean> => digests.isGathering(subject);
    const gatheredBefore = groups.gatheredBefore(key, grouping, isGathering);
    const waits = groups.waits(key, grouping, isRepeat);
    const didGather = await gatheredBefore;
    if (!waits) {
      // This process may be new, or another one may have begun the digest in which the opening waits: no end overtakes it.
      const gathers = didGather || (follows(notice) && (await isGathering()));
      if (!gathers) return false;
      groups.joins(key, grouping);
    }
    await digests.add(notice, subject, grouping.everyMs);
    return true;
  }

  /**
   * Adds what observe mode kept back to the daily digests of the routes that ask for them, before the notice goes out: a further
   * attempt adds nothing, since a digest knows what it has. It keeps no notice from its channel.
   */
  async function gatherObserved({ observed, ...notice }: Notice): Promise<void> {
    if (observed === undefined || digests === undefined) return;
    const { account, id } = notice;
    const line: Notice = { ...notice, kind: 'report', severity: 'information', title: observed };
    const names = channelsFor({ ...notice, topic: 'changeSet.observed' }, options.routes).keys();
    for (const channel of names) {
      try {
        await digests.add(line, { channel, account, matter: observedMatter }, dayMs);
      } catch (error) {
        if (!isFinal(error)) throw error;
        log.error('The daily digest of observe mode lacks a line', { noticeId: id, channel, reason: error.message });
      }
    }
  }

  async function sendThrough(name: string, notice: Notice): Promise<void> {
    const channel = options.channels.find((one) => one.name === name);
    if (channel === undefined) {
      throw failure(
        'NotConfigured',
        'The configuration has no such channel any more. Add it to notices.channels, or let this end.',
      );
    }
    if (await group(channel, notice)) return;
    await bounded(channel.send(outgoing(notice, name, options)), sendWithinMs);
  }

  const delayOf = (error: unknown): number => delayAfter(Context.current().info.attempt, retryAfterOf(error), random);

  return {
    async sendNotice(notice, busy) {
      await gatherObserved(notice);
      const names = [...channelsFor(notice, options.routes).keys()];
      const [only] = names;
      if (only === undefined || names.length > 1 || busy.includes(only)) return { channels: names };
      try {
        await sendThrough(only, notice);
      } catch (error) {
        // The workflow's notes would not name the only channel.
        if (isFinal(error)) throw changed(error, { message: `${only}: ${error.message}` });
        return { channels: names, afterMs: delayOf(error) };
      }
      return undefined;
    },
    async sendNoticeTo({ channel, notice }) {
      try {
        await sendThrough(channel, notice);
      } catch (error) {
        // A bug keeps its name, and the intervals of the workflow's own policy.
        if (isFinal(error) || !(error instanceof ApplicationFailure)) throw error;
        throw changed(error, { nextRetryDelay: delayOf(error) });
      }
    },
  };
}
