import {
  ActivityCancellationType,
  log,
  metricMeter,
  workflowInfo,
  type ActivityInterfaceFor,
} from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import { noticeActivities } from './activities.ts';
import { retryAtMost15Minutes } from './activityOptions.ts';
import { unlistedOf, whereNamed } from './digests.ts';
import { dayMs, hourMs, minuteMs } from './durations.ts';
import { isInterruption, readFailure } from './failures.ts';
import { harmlessNotice, type ChannelActivities, type Notice, type NoticeActivities } from './notices.ts';
import { noticePriority } from './priorities.ts';
import type { Sending } from './sending.ts';
import {
  afterRouting,
  afterSending,
  busyChannels,
  fitCarried,
  nextThrough,
  nextToRoute,
  type UnsentNotices,
} from './unsent.ts';
import { sleepUntil } from './timers.ts';

/** What a workflow has decided to send, sent in order, one after another, while it goes on with its own work. */
export interface Outbox<Effect> {
  add(effects: readonly Effect[]): void;
  /** What waits or is under way, in order. */
  unsent(): readonly Effect[];
}

/**
 * Starts an outbox.
 * @param carried what the run before has left.
 * @param perform sends one effect; it must handle its own failures, since a failure here fails the workflow task. An
 * interruption (`isInterruption`) is none, and thrown on: the effect stays unsent.
 */
export function startOutbox<Effect>(
  sending: Sending,
  carried: readonly Effect[],
  perform: (effect: Effect) => Promise<void>,
): Outbox<Effect> {
  let waiting = carried;
  const wake = sending.lane(() => {
    const [effect] = waiting;
    if (effect === undefined) return undefined;
    return async () => {
      await perform(effect);
      waiting = waiting.slice(1);
    };
  });
  wake();
  return {
    add(effects) {
      if (effects.length === 0) return;
      waiting = [...waiting, ...effects];
      wake();
    },
    unsent: () => waiting,
  };
}

/**
 * Attempts are counted and not timed: with these intervals they last about an hour, after which a channel is left to the
 * operators. An hour without any worker uses up none of them; a day ends it in any case. A run that continues another
 * counts from the start.
 */
const sendingOptions = {
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: dayMs,
  retry: { ...retryAtMost15Minutes, maximumAttempts: 14 },
  // The next run must not repeat what an attempt under way has sent.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/**
 * A digest of a route lasts some ten minutes: its schedule begins nothing beside a run that is open, and a channel that hangs
 * would hold up what comes by the clock or by hand. It stays readable on the page of the digest.
 */
const digestOptions = {
  ...sendingOptions,
  scheduleToCloseTimeout: 6 * hourMs,
  retry: { ...sendingOptions.retry, maximumAttempts: 10 },
} as const;

/** What sends a notice, in its place among all that wait. */
function sendingOf<Activities>(notice: Notice, summary?: string): ActivityInterfaceFor<Activities> {
  const priority = noticePriority(notice, workflowInfo().priority);
  const options = notice.route === undefined ? sendingOptions : digestOptions;
  return noticeActivities<Activities>({ ...options, priority, ...defined({ summary }) });
}

/** What operators have to do where no attempt is left; a refusal says itself what is to be done. */
const noAttemptLeft = 'No attempt is left: fix the channel, and forward the notice yourself.';

/** The outbox of notices. */
export interface NoticeOutbox {
  add(notices: readonly Notice[]): void;
  /** What has not reached all its channels, in order. */
  unsent(): UnsentNotices;
  /** The same, bounded for the next run; reports what it leaves out. */
  carry(): UnsentNotices;
}

/**
 * Starts an outbox of notices. Each is routed in order, and goes to its channels side by side; within one channel the
 * order holds. So a channel that is broken keeps nothing from another, and what it has not taken overtakes nothing.
 * @param carried what the run before has left.
 * @param note takes a sentence for operators about a notice that could not be sent.
 */
export function startNoticeOutbox(
  sending: Sending,
  carried: UnsentNotices,
  note: (sentence: string) => void,
): NoticeOutbox {
  let unsent = carried;
  const lanes = new Map<string, () => void>();

  function reportLost(notice: Notice, through: string, reason: string): void {
    const { id, workflowId } = notice;
    const unlisted = unlistedOf(notice, workflowInfo().runId);
    const where = unlisted === undefined ? '' : ` ${whereNamed(unlisted, workflowId)}`;
    metricMeter.createCounter('steward_notices_undelivered').add(1);
    log.error('A notice was not delivered', { counter: 'noticesUndelivered', noticeId: id, reason });
    note(`Not sent${through} (${id}): ${reason}${where}`);
  }

  function giveUp(notice: Notice, through: string, error: unknown): void {
    if (isInterruption(error)) throw error;
    const { sentence, deadline } = readFailure(error);
    reportLost(notice, through, `${sentence}${deadline ? `. ${noAttemptLeft}` : ''}`);
  }

  async function route(notice: Notice): Promise<void> {
    try {
      const { sendNotice } = sendingOf<NoticeActivities>(notice);
      const { channels = [], afterMs } = (await sendNotice(notice, busyChannels(unsent))) ?? {};
      unsent = afterRouting(unsent, channels, afterMs === undefined ? undefined : Date.now() + afterMs);
      for (const channel of channels) wakeLaneOf(channel);
    } catch (error) {
      giveUp(notice, '', error);
      unsent = afterRouting(unsent, []);
    }
  }

  async function send(channel: string, notice: Notice, notBeforeMs = 0): Promise<void> {
    await sleepUntil(notBeforeMs, `wait before the next attempt through ${channel}`);
    try {
      await sendingOf<ChannelActivities>(notice, channel).sendNoticeTo({ channel, notice });
    } catch (error) {
      giveUp(notice, ` through ${channel}`, error);
    }
    unsent = afterSending(unsent, channel);
  }

  function wakeLaneOf(channel: string): void {
    const known = lanes.get(channel);
    if (known !== undefined) return known();
    const wake = sending.lane(() => {
      const next = nextThrough(unsent, channel);
      return next && (() => send(channel, next.notice, next.notBeforeMs));
    });
    lanes.set(channel, wake);
    wake();
  }

  const wakeRouting = sending.lane(() => {
    const notice = nextToRoute(unsent);
    return notice && (() => route(notice));
  });
  for (const channel of busyChannels(carried)) wakeLaneOf(channel);
  wakeRouting();
  return {
    add(notices) {
      if (notices.length === 0) return;
      unsent = [...unsent, ...notices.map((notice) => ({ notice: harmlessNotice(notice) }))];
      wakeRouting();
    },
    unsent: () => unsent,
    carry() {
      const { kept, dropped } = fitCarried(unsent, workflowInfo().runId);
      for (const { notice } of dropped) {
        reportLost(notice, '', 'Too many notices waited for their channels: forward it yourself.');
      }
      return kept;
    },
  };
}
