import { CancellationScope, log, metricMeter, proxyActivities, sleep } from '@temporalio/workflow';
import { retryAtMost15Minutes } from './activityOptions.ts';
import { dayMs, minuteMs } from './durations.ts';
import { readFailure } from './failures.ts';
import type { ChannelActivities, Notice, NoticeActivities } from './notices.ts';

/** What a workflow has decided to send, sent in order, one after another, while it goes on with its own work. */
export interface Outbox<Effect> {
  add(effects: readonly Effect[]): void;
  /** True when nothing waits and nothing is under way. */
  idle(): boolean;
}

/**
 * Starts an outbox.
 * @param perform sends one effect; it must handle its own failures, since a failure here fails the workflow task.
 */
export function startOutbox<Effect>(perform: (effect: Effect) => Promise<void>): Outbox<Effect> {
  const waiting: Effect[] = [];
  let busy = false;

  async function pump(): Promise<void> {
    busy = true;
    for (let effect = waiting.shift(); effect !== undefined; effect = waiting.shift()) await perform(effect);
    busy = false;
  }

  return {
    add(effects) {
      waiting.push(...effects);
      // Begun from within a phase's work, it must not be cancelled with it.
      if (!busy && waiting.length > 0) void CancellationScope.nonCancellable(pump);
    },
    idle: () => !busy,
  };
}

/**
 * Attempts are counted and not timed: with these intervals they last about an hour, after which a channel is left to the
 * operators. An hour without any worker uses up none of them; a day ends it in any case.
 */
const sending = {
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: dayMs,
  retry: { ...retryAtMost15Minutes, maximumAttempts: 14 },
} as const;

const routing = proxyActivities<NoticeActivities>(sending);

/** What operators have to do where no attempt is left; a refusal says itself what is to be done. */
const noAttemptLeft = 'No attempt is left: fix the channel, and forward the notice yourself.';

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
    note(`Not sent${through} (${id}): ${sentence}${deadline ? `. ${noAttemptLeft}` : ''}`);
  }

  function laneOf(channel: string): Outbox<Waiting> {
    const known = lanes.get(channel);
    if (known !== undefined) return known;
    const channels = proxyActivities<ChannelActivities>({ ...sending, summary: channel });
    const lane = startOutbox<Waiting>(async ({ notice, afterMs }) => {
      if (afterMs > 0) await sleep(afterMs, { summary: `wait before the next attempt through ${channel}` });
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
