import { log, metricMeter, proxyActivities, sleep } from '@temporalio/workflow';
import type { ChannelActivities, NoticeActivities } from '../../activities/notices.ts';
import { readFailure } from './failures.ts';
import type { Notice } from './notices.ts';
import { startOutbox, type Outbox } from './outbox.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * Tries are counted and not timed: with these intervals they last about an hour, after which a channel is left to the
 * operators. An hour without any worker uses up none of them; a day ends it in any case.
 */
const sending = {
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: dayMs,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs, maximumAttempts: 14 },
} as const;

const routing = proxyActivities<NoticeActivities>(sending);

/** What is left to operators where the tries are used up; a refusal says itself what is to be done. */
const pendingEnd = 'It is not tried any more: see to the channel, and tell who has to know.';

interface Waiting {
  readonly notice: Notice;
  readonly afterMs: number;
}

/**
 * Starts an outbox of notices. Each is routed in order, and goes to its channels side by side; within one channel the
 * order holds. So a channel that is broken keeps nothing from another, and what it has not taken overtakes nothing.
 * @param note takes a sentence for operators about a notice that could not be sent.
 */
export function startNoticeOutbox(note: (sentence: string) => void): Outbox<Notice> {
  const lanes = new Map<string, Outbox<Waiting>>();

  function undelivered({ id }: Notice, through: string, error: unknown): void {
    const { sentence, deadline } = readFailure(error);
    metricMeter.createCounter('steward_notices_undelivered').add(1);
    log.error('A notice was not delivered', { counter: 'noticesUndelivered', noticeId: id, reason: sentence });
    note(`Not sent${through} (${id}): ${sentence}${deadline ? `. ${pendingEnd}` : ''}`);
  }

  function laneOf(channel: string): Outbox<Waiting> {
    const known = lanes.get(channel);
    if (known !== undefined) return known;
    const channels = proxyActivities<ChannelActivities>({ ...sending, summary: channel });
    const lane = startOutbox<Waiting>(async ({ notice, afterMs }) => {
      if (afterMs > 0) await sleep(afterMs, { summary: `wait before the next try through ${channel}` });
      try {
        await channels.sendNoticeTo({ channel, notice });
      } catch (error) {
        undelivered(notice, ` through ${channel}`, error);
      }
    });
    lanes.set(channel, lane);
    return lane;
  }

  const arriving = startOutbox<Notice>(async (notice) => {
    const busy = [...lanes].flatMap(([channel, lane]) => (lane.idle() ? [] : [channel]));
    try {
      const left = await routing.sendNotice(notice, busy);
      for (const channel of left?.channels ?? []) laneOf(channel).add([{ notice, afterMs: left?.afterMs ?? 0 }]);
    } catch (error) {
      undelivered(notice, '', error);
    }
  });
  return {
    add: (notices) => arriving.add(notices),
    idle: () => arriving.idle() && [...lanes.values()].every((lane) => lane.idle()),
  };
}
