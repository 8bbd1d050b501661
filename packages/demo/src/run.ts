import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { writeEndpoints } from './endpoints.ts';
import { startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { takeStartLock } from '@marketplace-steward/testing/temporal/lock';
import { Observer } from './observe.ts';
import { isDone, resultOf, shortfall } from './report.ts';
import type { Report } from './report.ts';
import { allScenarios } from './scenarios/index.ts';
import { scenariosNamed } from './scenarios/units.ts';
import { Stage } from './stage.ts';
import type { Scene } from './stage.ts';
import type { StateFolder } from './stateFolder.ts';
import { viewState } from './view/rows.ts';
import { createView } from './view/view.ts';
import type { View } from './view/view.ts';

/** The flags of `npm start`. */
export interface StartFlags {
  readonly once: boolean;
  readonly json: boolean;
  /** Words of the names of the scenarios that are played; all are where there are none. */
  readonly only: readonly string[];
}

interface StoppablePart {
  readonly what: string;
  readonly stop: () => Promise<void>;
}

interface StartOptions {
  readonly flags: StartFlags;
  readonly folder: StateFolder;
  /** Keeps a line in the start's own log. */
  readonly log: (line: string) => void;
}

const onceWithinMs = 120_000;
const checkEveryMs = 400;
const stillStoppingAfterMs = 15_000;
/** The parts stop one after another; what does not stop within this ends with this process. */
const stopWithinMs = 60_000;
const temporalAwayMs = 20_000;

/**
 * Starts everything, plays the scenarios, shows what becomes of them, and stops everything again: on Ctrl-C or SIGTERM,
 * and with `--once` when all have come to their state.
 * @returns the exit status
 * @throws Error with one sentence for operators, when everything is stopped
 */
export async function runStart(options: StartOptions): Promise<number> {
  const { folder, flags, log } = options;
  const startedMs = Date.now();
  const view = createView(flags.json ? process.stderr : process.stdout, process.env);
  const say = (line: string) => {
    log(line);
    view.say(line);
  };
  const stops: StoppablePart[] = [];
  const signal = stopSignal(say);
  const releaseLock = takeStartLock(folder.lock, folder.endpoints);
  writeFileSync(folder.startLog, '');
  try {
    const environment = await startEnvironment({
      folder,
      say,
      onStop: (what, stop) => stops.push({ what, stop }),
      signal,
    });
    signal.throwIfAborted();
    writeEndpoints(folder.endpoints, environment.endpoints, environment.credentials);
    say(
      `ready after ${seconds(Date.now() - startedMs)} s: the ingress takes events at ${environment.endpoints.ingress}`,
    );
    return await perform(environment, options, view, signal);
  } catch (error) {
    if (signal.aborted) return flags.once ? 1 : 0;
    throw error;
  } finally {
    view.end();
    rmSync(folder.endpoints, { force: true });
    await stopAll(stops, log);
    releaseLock();
  }
}

/** Aborted by the first of the signals that ask to stop; a second one ends this process at once. */
function stopSignal(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    say('stopping everything …');
    controller.abort();
    setTimeout(() => say('still stopping; Ctrl-C once more ends it at once'), stillStoppingAfterMs).unref();
    setTimeout(() => process.exit(1), stopWithinMs).unref();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return controller.signal;
}

async function stopAll(parts: readonly StoppablePart[], log: (line: string) => void): Promise<void> {
  for (const { what, stop } of parts) {
    const begunMs = Date.now();
    try {
      await stop();
      log(`stopped ${what} in ${seconds(Date.now() - begunMs)} s`);
    } catch (error) {
      log(`stopping ${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function perform(
  environment: Environment,
  { flags, folder }: StartOptions,
  view: View,
  signal: AbortSignal,
): Promise<number> {
  const { endpoints, credentials, controls, configureNewcomer, client, receivers } = environment;
  const token = (length: number) => [...randomBytes(length)].map((byte) => (byte % 36).toString(36)).join('');
  const all = allScenarios({ token, uuid: () => randomUUID(), nowMs: Date.now() });
  const scenarios = scenariosNamed(all, flags.only);
  const stage = new Stage(scenarios, new Observer(client), { catalog: controls.catalog, receivers });
  const context = { endpoints, ...(folder.isDefault ? {} : { home: folder.path }) };
  const show = (scene: Scene) => view.show(viewState(scene, context));
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const playing = stage.play({
    ingress: endpoints.ingress,
    credentials,
    controls,
    configureNewcomer,
    client,
    signal: until,
  });
  let scene: Scene;
  try {
    scene = await Promise.race([watch(stage, show, { once: flags.once, signal: until }), environment.broken]);
  } finally {
    over.abort();
    await playing;
  }
  return flags.once ? concluded(scene, environment, view, flags) : 0;
}

/** Checks until the scenarios are done (`once`), the time is up, or everything is to stop. */
async function watch(
  stage: Stage,
  show: (scene: Scene) => void,
  { once, signal }: { readonly once: boolean; readonly signal: AbortSignal },
): Promise<Scene> {
  const deadlineMs = Date.now() + onceWithinMs;
  let answeredMs = Date.now();
  let scene: Scene = { progress: [], others: [], openedByBackfills: 0, needingDecision: 0 };
  while (!signal.aborted) {
    try {
      scene = await stage.check();
      answeredMs = Date.now();
      if (!signal.aborted) show(scene);
      const ended = scene.progress.every((progress) => isDone(progress) || progress.problem !== undefined);
      if (once && (ended || Date.now() > deadlineMs)) return scene;
    } catch (error) {
      if (Date.now() - answeredMs > temporalAwayMs) {
        throw new Error('Temporal stopped answering. Its server seems to have ended: run npm start again', {
          cause: error,
        });
      }
    }
    await wait(checkEveryMs, undefined, { signal }).catch(() => undefined);
  }
  return scene;
}

function concluded(scene: Scene, { endpoints }: Environment, view: View, flags: StartFlags): number {
  const nowMs = Date.now();
  const scenarios = scene.progress.map((progress) => resultOf(progress, nowMs));
  const missed = shortfall(scene.progress, nowMs);
  const report: Report = { ok: missed.length === 0 && scenarios.length > 0, endpoints, scenarios };
  if (flags.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  if (report.ok) view.say(`all ${scenarios.length} scenarios reached their state`);
  else
    view.say([`${missed.length} of ${scenarios.length} scenarios did not reach their state:`, ...missed].join('\n  '));
  return report.ok ? 0 : 1;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
