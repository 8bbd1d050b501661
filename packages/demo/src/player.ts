import { setTimeout as wait } from 'node:timers/promises';
import { isGrpcServiceError, type Client } from '@temporalio/client';
import type { Endpoints, EndpointCredentials } from './endpoints.ts';
import { checkPatiently, type Observer } from './observe.ts';
import { answer, operate, type OperatorDesk } from './operating.ts';
import { isReached } from './report.ts';
import type { Announcement } from '@marketplace-steward/simulators/buyWithPrime/events';
import type { Expectation, Scenario, ScenarioEvent, SimulatorControls } from './scenarios/scenario.ts';

/** What the player works with. */
export interface PlayerOptions {
  readonly ingress: Endpoints['ingress'];
  readonly credentials: EndpointCredentials;
  readonly controls: SimulatorControls;
  readonly configureNewcomer: () => void;
  readonly observer: Observer;
  readonly client: Client;
  readonly signal: AbortSignal;
}

const answerWithinMs = 10_000;
const checkEveryMs = 200;
const taken = 202;
/** What a busy ingress answers; senders repeat the event then, as EventBridge does. */
const later = 503;
const sendings = 10;
const repeatAfterMs = 1_000;

/**
 * Plays one scenario: prepares the simulated vendors, then plays its events one after another.
 * @throws Error with a sentence when the ingress does not answer as expected, or the workflow refuses a command
 */
export async function play(scenario: Scenario, options: PlayerOptions): Promise<void> {
  if (scenario.sameId === true) await forgetAll(scenario, options);
  scenario.prepare?.(options.controls);
  for (const event of scenario.events) {
    options.signal.throwIfAborted();
    await playEvent(event, scenario, options);
  }
}

/** Deletes what an earlier start left of a scenario. */
async function forgetAll(
  { workflowId, besides, notifiedBesides = [] }: Scenario,
  options: PlayerOptions,
): Promise<void> {
  const ids = new Set([workflowId, ...(besides?.workflowIds ?? []), ...notifiedBesides]);
  await Promise.all([...ids].map((id) => forget(id, options)));
}

/** Deletes a workflow, which may run still, and waits until Temporal has done so. */
async function forget(workflowId: string, options: PlayerOptions): Promise<void> {
  const { client } = options;
  while ((await checked(workflowId, options)) !== undefined) {
    const { namespace } = client.options;
    await client.workflowService
      .deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } })
      .catch(unlessGone);
    await aMoment(options);
  }
}

/** gRPC's NOT_FOUND: Temporal deletes a while after it was asked to, so that a workflow can go between check and request. */
function unlessGone(error: unknown): void {
  if (!isGrpcServiceError(error) || Number(error.code) !== 5) throw error;
}

async function playEvent(event: ScenarioEvent, scenario: Scenario, options: PlayerOptions): Promise<void> {
  const { workflowId } = scenario;
  if (event.once !== undefined) await untilReached(event.once, event.once.of ?? workflowId, options);
  switch (event.from) {
    case 'catalogSimulator':
      return emit(event.changeSetId, options);
    case 'catalogStorm':
      await Promise.all(event.changeSetIds.map((changeSetId) => emit(changeSetId, options)));
      return;
    case 'buyWithPrimeSimulator':
      return announce(event.announcement, options);
    case 'sample':
      return post(event, scenario, options);
    case 'console':
      return event.works(options.controls);
    case 'operator':
      return answer(event.answer, workflowId, deskOf(options));
    case 'administrator':
      return operate(event, workflowId, deskOf(options));
  }
}

/** Sends, and again while the ingress is too busy to take it. */
async function untilTaken<Answer extends { readonly status?: number | undefined }>(
  send: () => Promise<Answer>,
  { signal }: PlayerOptions,
): Promise<Answer> {
  for (let sending = 1; ; sending += 1) {
    const answer = await send();
    if (answer.status !== later || sending === sendings) return answer;
    await wait(repeatAfterMs, undefined, { signal });
  }
}

async function emit(changeSetId: string, options: PlayerOptions): Promise<void> {
  const { status, result } = await untilTaken(() => options.controls.catalog.emit({ changeSetId }), options);
  if (status !== taken) throw new Error(`the ingress answered ${status ?? result} to the simulated vendor's event`);
}

function deskOf(options: PlayerOptions): OperatorDesk {
  return { ...options, catalog: options.controls.catalog, again: () => aMoment(options) };
}

async function announce(announcement: Announcement, { controls: { buyWithPrime } }: PlayerOptions): Promise<void> {
  const event = await buyWithPrime.announce(announcement);
  const sent = buyWithPrime.log({ call: 'event' }).find((entry) => entry.call === 'event' && entry.event === event);
  if (sent?.call === 'event' && sent.status === taken) return;
  const found = sent?.call === 'event' ? (sent.status ?? sent.result) : 'nothing';
  throw new Error(`the ingress answered ${found} to the simulated vendor's event`);
}

async function untilReached(wanted: Expectation, workflowId: string, options: PlayerOptions): Promise<void> {
  while (!isReached(wanted, await checked(workflowId, options))) await aMoment(options);
}

function checked(workflowId: string, options: PlayerOptions): ReturnType<Observer['check']> {
  return checkPatiently(options.observer, workflowId, () => aMoment(options));
}

function aMoment({ signal }: PlayerOptions): Promise<void> {
  return wait(checkEveryMs, undefined, { signal });
}

async function post(
  event: Extract<ScenarioEvent, { from: 'sample' }>,
  scenario: Scenario,
  options: PlayerOptions,
): Promise<void> {
  const { ingress, credentials, signal } = options;
  const { header, value } = credentials[event.envelope];
  const send = () =>
    fetch(`${ingress}/v1/events/${event.envelope}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [header]: value },
      body: Buffer.from(event.bytes),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
  const response = await untilTaken(send, options);
  const answered: unknown = await response.json();
  const { outcome, deliveries } = answered as { readonly outcome?: unknown; readonly deliveries?: unknown };
  // An event about several workflows is answered with a list of them.
  const parts: readonly unknown[] = Array.isArray(deliveries) ? deliveries : [answered];
  const there = parts.some((part) => (part as { readonly workflowId?: unknown }).workflowId === scenario.workflowId);
  // What is ignored in silence is in no workflow.
  const nowhere = outcome === 'ignored' && (answered as { readonly workflowId?: unknown }).workflowId === null;
  const right = response.status === taken && outcome === event.answer && (there || nowhere);
  if (right) return;
  throw new Error(
    `the ingress answered ${response.status} ${JSON.stringify(answered).slice(0, 300)}, ` +
      `expected ${taken} with ${event.answer} by ${scenario.workflowId}`,
  );
}
