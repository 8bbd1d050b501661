import { setTimeout as wait } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type DeleteMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { freshEvents } from '../ingress/events.ts';
import { startIngressProcess } from '../ingress/process.ts';
import { rateOf, runRound } from '../ingress/round.ts';
import { openSides } from '../ingress/sides.ts';
import { interleave } from '../interleave.ts';
import type { BenchPlan } from '../options.ts';
import type { QueueFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { ratioSpread, spreadOf } from '../statistics.ts';

/** How long the events of one round took, whichever way they went. */
interface TimedRound {
  readonly events: number;
  readonly seconds: number;
}

const perSecond = ({ events, seconds }: TimedRound): number => events / seconds;
const checkEveryMs = 10;

async function timed(events: number, work: () => Promise<unknown>): Promise<TimedRound> {
  const begunMs = performance.now();
  await work();
  return { events, seconds: (performance.now() - begunMs) / 1_000 };
}

/** Until nothing is left: each message was deleted, which is after Temporal has its event. */
async function untilEmpty(queue: LocalQueue, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { visible, inFlight } = await queue.depth();
    if (visible + inFlight === 0) return;
    await wait(checkEveryMs, undefined, { signal });
  }
}

const bodiesOf = (count: number): string[] => freshEvents(count).map(({ bytes }) => bytes.toString('utf8'));

/** Receives and deletes as the steward's receivers do, and delivers nothing: what the local server allows. */
async function drain({ client, url }: LocalQueue, receivers: number, events: number): Promise<void> {
  let left = events;
  const receive = async (): Promise<void> => {
    while (left > 0) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      const Entries: DeleteMessageBatchRequestEntry[] = Messages.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
      }));
      if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
      left -= Entries.length;
    }
  };
  await Promise.all(Array.from({ length: receivers }, receive));
}

/**
 * Measures one `steward ingress` that receives from a queue, from the first message that is sent until all are deleted,
 * against the bare call with as many callers as it delivers at once: the receiving, the deleting and the sending are the
 * queue's alone. The queue is of a local server, in this process.
 */
export async function measureQueues(stage: Stage, load: BenchPlan['queues']): Promise<QueueFigures> {
  const { receivers, pairs: pairsAsked, eventsPerRound, budgetMs } = load;
  const callers = receivers * 10;
  const queue = await startLocalQueue();
  const closeQueue = stage.stops.add(() => queue.close());
  await queue.send(bodiesOf(eventsPerRound));
  const serverAlone = await timed(eventsPerRound, () => drain(queue, receivers, eventsPerRound));
  const tenancy = await openTenancy(stage, 'queues', { queue: { url: queue.url, receivers } });
  const ingress = await startIngressProcess(stage, tenancy);
  const { sides, close } = openSides(tenancy, 1);
  const closeSides = stage.stops.add(close);
  const step = 'queue: pairs of rounds';
  stage.progress.at(step, 0, pairsAsked);
  const bare = async (): Promise<TimedRound> => {
    const round = await runRound(sides.bare(freshEvents(eventsPerRound)), callers);
    return { events: eventsPerRound, seconds: eventsPerRound / rateOf(round) };
  };
  const queued = (): Promise<TimedRound> => {
    const bodies = bodiesOf(eventsPerRound);
    return timed(eventsPerRound, async () => {
      await queue.send(bodies);
      await Promise.race([untilEmpty(queue, stage.signal), ingress.gone]);
    });
  };
  for (const side of [bare, queued]) await side();
  const pairs = await interleave({
    baseline: bare,
    subject: queued,
    pairs: pairsAsked,
    budgetMs,
    signal: stage.signal,
    onPair: (done) => stage.progress.at(step, done, pairsAsked),
  });
  await closeSides();
  await ingress.stop();
  await closeQueue();
  return {
    callers,
    pairsAsked,
    pairs: pairs.length,
    eventsPerRound,
    barePerSecond: spreadOf(pairs.map(({ baseline }) => perSecond(baseline))),
    queuePerSecond: spreadOf(pairs.map(({ subject }) => perSecond(subject))),
    serverPerSecond: perSecond(serverAlone),
    ratio: ratioSpread(pairs, perSecond),
  };
}
