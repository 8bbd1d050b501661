import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, type Connection } from '@temporalio/client';
import { closableConnection } from '@marketplace-steward/testing/temporal/closableConnection';
import type { Endpoints, EndpointCredentials } from './endpoints.ts';
import { Observer } from './observe.ts';
import type { Observation } from './observe.ts';
import { isReached } from './report.ts';
import { allScenarios } from './scenarios/index.ts';
import type { Expectation, Scenario } from './scenarios/scenario.ts';
import { stateFolder } from './stateFolder.ts';

/** One scenario of a running start and what its workflow has come to. */
export interface RestingScenario {
  readonly scenario: Scenario;
  readonly observation: Observation;
}

/** A running `npm start`. */
export interface Demo {
  readonly endpoints: Endpoints & { readonly ui: string };
  readonly credentials: EndpointCredentials;
  readonly client: Client;
  readonly observer: Observer;
  /** Waits until the scenario of this name has come to its state. */
  atRest(name: string): Promise<RestingScenario>;
  /** Waits until a workflow has come to a state. */
  comesTo(workflowId: string, expected: Expectation): Promise<Observation>;
  /** Waits for all scenarios, in the order in which they are played. */
  allAtRest(): Promise<readonly RestingScenario[]>;
}

/** A start in a state folder of its own. */
export interface LaunchedDemo {
  /** Its state folder, for STEWARD_HOME. */
  readonly home: string;
  /** Resolves once events are taken. Rejects with what the start wrote where it ends before. */
  readonly ready: Promise<Demo>;
  /** Ends the start and all that it started, and takes its folder away. */
  stop(): Promise<void>;
}

const entry = fileURLToPath(new URL('./start.ts', import.meta.url));
const checkEveryMs = 200;
const longestWaitMs = 90_000;
const charactersShown = 3_000;

/**
 * Runs `npm start` as a process of its own, away from the configuration of this process.
 * @param only words of the names of the scenarios to play; all where it is left out.
 */
export function launchDemo(only: readonly string[] = []): LaunchedDemo {
  const home = mkdtempSync(join(tmpdir(), 'steward-demo-'));
  const child = spawn(process.execPath, [entry, ...only.map((words) => `--only=${words}`)], {
    env: { ...process.env, STEWARD_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said.text += part.toString()));
  const closed = once(child, 'close');
  const early = closed.then((): never => {
    throw new Error(`the start ended before it was asked to:\n${said.text}`);
  });
  // After `stop` its end is wanted.
  early.catch(() => {});
  const connections: Connection[] = [];
  const ready = Promise.race([connected(said, home, connections, early), early]);
  ready.catch(() => {});
  const stop = async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    child.kill('SIGTERM');
    await closed;
    rmSync(home, { recursive: true, force: true });
  };
  return { home, ready, stop };
}

async function connected(
  said: { readonly text: string },
  home: string,
  connections: Connection[],
  early: Promise<never>,
): Promise<Demo> {
  await seen(() => /^ready after /m.exec(said.text) ?? undefined, said, early);
  const file: unknown = JSON.parse(readFileSync(stateFolder({ STEWARD_HOME: home }).endpoints, 'utf8'));
  const { credentials, ...endpoints } = file as Demo['endpoints'] & { readonly credentials: EndpointCredentials };
  const connection = await closableConnection(endpoints.temporal);
  connections.push(connection);
  const client = new Client({ connection, namespace: endpoints.namespace });
  const observer = new Observer(client);
  const scenarios = allScenarios({ token: (length) => 'x'.repeat(length), uuid: () => 'x', nowMs: Date.now() });
  const reached = (idOf: () => string | undefined, expected: Expectation): Promise<Observation> =>
    seen(
      async () => {
        const id = idOf();
        const found = id === undefined ? undefined : await observer.check(id);
        return isReached(expected, found) ? found : undefined;
      },
      said,
      early,
    );
  const atRest = async (scenario: Scenario): Promise<RestingScenario> => {
    const idOf = () => workflowIdSaid(scenario.name, said.text);
    const observation = await reached(idOf, withoutFacts(scenario.expected));
    return { scenario: { ...scenario, workflowId: observation.workflowId }, observation };
  };
  return {
    endpoints,
    credentials,
    client,
    observer,
    atRest: (name) => {
      const scenario = scenarios.find((one) => one.name === name);
      if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
      return atRest(scenario);
    },
    comesTo: (workflowId, expected) => reached(() => workflowId, expected),
    allAtRest: () => Promise.all(scenarios.map(atRest)),
  };
}

/** The ids are fresh at every start: its lines, `{scenario}: {workflow id} | …`, name them. */
function workflowIdSaid(name: string, text: string): string | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name}: `) && one.includes(' | '));
  return line?.slice(name.length + 2).split(' | ')[0];
}

/** Facts and sentences hold ids and dates of this start, which only its own player knows. */
function withoutFacts({ facts: _facts, saying: _saying, ...rest }: Expectation): Expectation {
  return rest;
}

/** Checks until there is something. @throws Error with what the start said last, where that takes too long */
async function seen<Found>(
  check: () => Promise<Found | undefined> | Found | undefined,
  said: { readonly text: string },
  early: Promise<never>,
): Promise<Found> {
  const deadlineMs = Date.now() + longestWaitMs;
  while (Date.now() < deadlineMs) {
    const found = await Promise.race([check(), early]);
    if (found !== undefined) return found;
    await wait(checkEveryMs);
  }
  throw new Error(`not seen within ${longestWaitMs / 1_000} s; the start said:\n${said.text.slice(-charactersShown)}`);
}
