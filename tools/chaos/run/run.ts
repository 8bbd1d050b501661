import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { createStops } from '../../../bench/stops.ts';
import type { CommandLine, FaultLine, NoticeLine, Plan, SentLine, WorkflowLine } from '../records.ts';
import { operatorsOf } from './commands.ts';
import { faultPlayer } from './faults.ts';
import { lineFile, now } from './lines.ts';
import { madeByVendor } from './madeByVendor.ts';
import { endQueue } from './queueEnds.ts';
import { untilTrue } from './parts.ts';
import { startReceivers } from './receivers.ts';
import { planFaults } from './schedule.ts';
import { searchSecrets, type ScanResult } from './secretScan.ts';
import { newSecrets, secretTexts } from './secrets.ts';
import { createSender, type SenderFigures } from './sender.ts';
import { settle } from './settle.ts';
import { openStage, type Stage } from './stage.ts';
import { atTimes, playStream, putsBefore } from './stream.ts';
import { surveyWorkflows } from './survey.ts';
import type { LogEntry } from './vendors.ts';

/** What is run. */
export interface RunOptions {
  readonly plan: Plan;
  /** 0: undisturbed, without any fault. */
  readonly kills: number;
  /** Of the run's own: what is there is removed. */
  readonly folder: string;
  readonly streamMs: number;
  /** Variables for the processes of the steward: a promise that is broken on purpose. */
  readonly breach: NodeJS.ProcessEnv;
  /** On the four roles over PostgreSQL, in place of the dev server. */
  readonly onCluster: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly at: (step: string, done: number, total: number) => void;
}

/** What a run was like. */
export interface RunFigures {
  readonly events: Readonly<Record<string, number>>;
  readonly made: number;
  readonly sender: SenderFigures;
  readonly deadLetters: number;
  readonly kills: number;
  readonly faults: number;
  readonly unexpectedEnds: readonly string[];
  readonly notices: number;
  /** That the vendor carried out; answers from a token are none. */
  readonly submissions: number;
  readonly commands: number;
  readonly workflows: number;
  readonly streamMs: number;
  readonly settleMs: number;
  readonly totalMs: number;
  /** Why it was not quiet in the end. */
  readonly unsettled?: string;
  readonly secrets: ScanResult;
}

const gaveUpWithinMs = 10_000;
const saidEveryMs = 10_000;
const restartAfterMs = 1_000;
/** A stream that takes longer than that does not go on any more. */
const slowerAtMost = 5;
/** From the end of the stream until all is quiet: what died with its process is given up after a minute. */
const settleWithinMs = 300_000;
const settlePerEventMs = 30;

/** Runs one stream from start to quiet, and leaves its records in its folder. */
export async function runChaos(options: RunOptions): Promise<RunFigures> {
  const { folder, kills, streamMs, signal, say, at } = options;
  const begunMs = performance.now();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { seed } = options.plan;
  const stops = createStops();
  const files = {
    sent: lineFile<SentLine>(join(folder, 'sent.jsonl')),
    notices: lineFile<NoticeLine>(join(folder, 'notices.jsonl')),
    faults: lineFile<FaultLine>(join(folder, 'faults.jsonl')),
    commands: lineFile<CommandLine>(join(folder, 'commands.jsonl')),
    workflows: lineFile<WorkflowLine>(join(folder, 'workflows.jsonl')),
  };
  // Parts that are restarted by nobody else; the first failure ends the run.
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const unexpectedEnds: string[] = [];
  let isEnding = false;
  try {
    const secrets = newSecrets(options.plan.accounts);
    const made = madeByVendor(seed);
    const receivers = await startReceivers(secrets.webhookKeySet, files.notices.write, (body) => {
      for (const departure of made.departuresOf(body)) void sender.send(departure).catch(broken.reject);
    });
    stops.add(() => receivers.close());
    const stage = await openStage({
      plan: options.plan,
      secrets,
      folder,
      receivers,
      breach: options.breach,
      onCluster: options.onCluster,
      stops,
      signal,
      say,
      onUnexpectedEnd(part) {
        if (isEnding) return;
        unexpectedEnds.push(part.name);
        files.faults.write({ at: now(), fault: 'ended', what: part.name });
        pause(restartAfterMs, undefined, { signal })
          .then(() => part.start())
          .catch(broken.reject);
      },
    });
    const { queue, vendors, ingresses } = stage;
    const isOver = new AbortController();
    const untilOver = AbortSignal.any([signal, isOver.signal]);
    const sender = createSender({ seed, ingresses, secrets, queue, write: files.sent.write, signal: untilOver });
    const put = ({ vendor, name, body }: Plan['puts'][number]): Promise<void> =>
      vendors[vendor].control({ name, body: body as object });

    const before = putsBefore(options.plan);
    const startMs = Date.now() + before.length;
    const plan = atTimes(options.plan, startMs, streamMs);
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
    for (const one of putsBefore(plan)) await put(one);

    const schedule = planFaults({ seed, kills, parts: [...new Set(stage.parts.map(({ kind }) => kind))] });
    const faults = faultPlayer(schedule, { seed, stage, receivers, secrets, write: files.faults.write, signal });
    const { environment } = stage;
    const operators = operatorsOf(plan.commands, {
      environment,
      folder,
      write: files.commands.write,
      signal: untilOver,
    });
    const streamedFromMs = performance.now();
    const play = async (): Promise<void> => {
      await playStream({
        plan,
        sender,
        put,
        streamMs,
        withinMs: streamMs * slowerAtMost + settleWithinMs,
        signal,
        onShare(share, done, total) {
          operators.at(share);
          faults.at(done / total);
          at('stream', done, total);
        },
      });
      await faults.ended();
    };
    await Promise.race([play(), broken.promise]);
    const settledFromMs = performance.now();
    say('the stream is over: waiting until all is quiet …');
    await stage.raise();
    const depth = async (): Promise<number> => {
      const { visible, inFlight } = await queue.depth();
      return visible + inFlight;
    };
    const unsettled = await Promise.race([
      broken.promise,
      settle({
        client: stage.client,
        pending: async () => ({
          'copies under way': sender.underWay(),
          'commands of operators': operators.left(),
          'messages in the queue': await depth(),
        }),
        withinMs: settleWithinMs + settlePerEventMs * plan.events.length,
        signal,
        onWait: waitingSaid(say),
      }),
    ]);
    const settleMs = performance.now() - settledFromMs;
    // What goes on all the same is given up.
    isOver.abort();
    await untilTrue(() => sender.underWay() === 0, {
      withinMs: gaveUpWithinMs,
      signal,
      what: 'the end of the senders',
    });
    const deadLetters = await endQueue(queue, sender.queued, await depth(), files.sent.write);
    say('listing the workflows …');
    const search = searchSecrets(secretTexts(secrets));
    const workflows = await surveyWorkflows(stage.client, {
      write: files.workflows.write,
      onRun: (run, events) => search.inValue(run.workflowId, run.raw, events),
      onDone: (done, total) => at('workflows', done, total),
    });
    const submissions = await writeLogs(folder, vendors);
    await Promise.all(Object.values(files).map((file) => file.close()));
    await search.inFolder(folder);
    isEnding = true;
    return {
      events: waysOf(plan),
      made: made.count(),
      sender: sender.figures,
      deadLetters,
      kills: faults.kills(),
      faults: schedule.length,
      unexpectedEnds,
      notices: receivers.noticeCount(),
      submissions,
      commands: plan.commands.length,
      workflows,
      streamMs: settledFromMs - streamedFromMs,
      settleMs,
      totalMs: performance.now() - begunMs,
      ...(unsettled !== undefined && { unsettled }),
      secrets: search.result(),
    };
  } finally {
    isEnding = true;
    await stops.all();
  }
}

/** Writes what the vendors logged. Gives the number of submissions that were carried out. */
async function writeLogs(folder: string, vendors: Stage['vendors']): Promise<number> {
  let submissions = 0;
  for (const [vendor, name] of [
    ['aws', 'marketplaceCatalog'],
    ['buyWithPrime', 'buyWithPrime'],
  ] as const) {
    const file = lineFile<LogEntry>(join(folder, `${name}.jsonl`));
    for await (const entry of vendors[vendor].log()) {
      const { kind, operation, tokenRepeated } = entry;
      if (kind === 'call' && operation === 'StartChangeSet' && tokenRepeated !== true) submissions += 1;
      file.write(entry);
    }
    await file.close();
  }
  return submissions;
}

/** Says what is waited for, now and then. */
function waitingSaid(say: (line: string) => void): (why: string) => void {
  let saidMs = performance.now();
  return (why) => {
    if (performance.now() - saidMs < saidEveryMs) return;
    saidMs = performance.now();
    say(`waiting for ${why}`);
  };
}

function waysOf({ events }: Plan): Readonly<Record<string, number>> {
  const ways: Record<string, number> = { http: 0, queue: 0, none: 0 };
  for (const { way } of events) ways[way] = (ways[way] ?? 0) + 1;
  return ways;
}
