import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import pMap from 'p-map';
import { freshEvent } from '../../../bench/ingress/events.ts';
import { latenciesOf, type LatencyFigures } from '../../../bench/statistics.ts';
import { checkExchange } from './checks.ts';
import { exchange } from './exchange.ts';
import { exchanges, requestBytes, type Credential, type ExchangePlan } from './requests.ts';

/** The ingress that is fuzzed. */
export interface HttpTarget {
  readonly port: number;
  /** Of the sender of everything, and of the one whose events are right: each has limits of its own. */
  readonly credential: Credential;
  readonly honest: Credential;
  /** Whether Temporal has a workflow. */
  readonly isThere: (workflowId: string) => Promise<boolean>;
  /** Resident memory of the process, in megabytes; undefined where it is this one. */
  readonly megabytes: () => number | undefined;
}

/** What a run over HTTP has found. */
export interface HttpFigures {
  readonly exchanges: number;
  readonly requests: number;
  /** Answers by status and outcome. */
  readonly answers: Readonly<Record<string, number>>;
  /** Workflows of 202s that Temporal was asked for, of all that were named. */
  readonly workflows: { readonly named: number; readonly checked: number };
  /** The sender of right events, meanwhile. */
  readonly honest: { readonly accepted: number; readonly later: number; readonly latencyMs: LatencyFigures | null };
  /** Resident memory after a fifth of the exchanges, and at the end. */
  readonly megabytes: { readonly before: number; readonly after: number } | null;
  readonly problems: readonly string[];
}

/** How much is sent. */
export interface HttpOptions {
  readonly count: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
  readonly isStopped?: () => boolean;
}

const atOnce = 16;
const batchSize = 200;
/** Of the 202s whose workflows Temporal is asked for. */
const mostChecked = 2_000;
const honestEveryMs = 50;
/** By which memory may grow, in megabytes: what garbage collection leaves for later. */
const mostGrowth = 64;
/** Below it, memory is still that of the start. */
const fewestForMemory = 5_000;
const mostProblems = 20;

/** Sends right events all the while: each has to be taken, or to be put off in the table's own words. */
function startHonestSender({ port, honest }: HttpTarget) {
  const ending = new AbortController();
  const latenciesMs: number[] = [];
  const problems: string[] = [];
  let later = 0;
  const send = async (): Promise<void> => {
    const begunMs = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/events/eventbridge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [honest.header]: honest.value },
      body: new Uint8Array(freshEvent().bytes),
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await answer.json()) as { readonly outcome?: string };
    if (answer.status === 202 && body.outcome === 'delivered') latenciesMs.push(performance.now() - begunMs);
    else if (answer.status === 503) later += 1;
    else problems.push(`the honest sender gets ${answer.status} ${JSON.stringify(body)}`);
  };
  const work = (async () => {
    while (!ending.signal.aborted) {
      await send().catch((error: unknown) => problems.push(`the honest sender gets no answer: ${String(error)}`));
      await wait(honestEveryMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ending.abort();
    await work;
    const latencyMs = latenciesMs.length === 0 ? null : latenciesOf(latenciesMs);
    return { figures: { accepted: latenciesMs.length, later, latencyMs }, problems };
  };
}

/** Fuzzes an ingress, and checks each answer, the workflows of its 202s, its memory, and another sender meanwhile. */
export async function fuzzHttp(
  target: HttpTarget,
  { count, seed, onProgress, isStopped }: HttpOptions,
): Promise<HttpFigures> {
  const answers: Record<string, number> = {};
  const named = new Set<string>();
  const problems = new Set<string>();
  let [done, requests] = [0, 0];
  let before: number | undefined;

  async function send(plan: ExchangePlan): Promise<void> {
    const whole = Buffer.concat(plan.requests.map((one) => requestBytes(one, target.credential)));
    const sent = whole.subarray(0, Math.floor(whole.length * plan.sentShare));
    const methods = plan.requests.map(({ method }) => method);
    const came = await exchange(target.port, sent, methods, plan.sentShare < 1);
    const found = checkExchange(came);
    done += 1;
    requests += plan.requests.length;
    for (const answer of found.answers) {
      answers[answer.name] = (answers[answer.name] ?? 0) + 1;
      for (const id of answer.workflowIds) named.add(id);
    }
    const head = JSON.stringify(sent.subarray(0, 300).toString('latin1'));
    if (problems.size < mostProblems)
      for (const problem of found.problems)
        problems.add(`${problem}; ${came.answers.length} answers to ${methods.length} requests: ${head}`);
  }

  const endHonest = startHonestSender(target);
  for (let batch = 0; done < count && problems.size < mostProblems && isStopped?.() !== true; batch += 1) {
    const made = fc.sample(exchanges, { seed: (seed + batch) | 0, numRuns: Math.min(batchSize, count - done) });
    await pMap(made, send, { concurrency: atOnce });
    if (before === undefined && done >= count / 5) before = target.megabytes();
    onProgress?.(done);
  }
  const honest = await endHonest();
  const after = target.megabytes();
  const checked = [...named].slice(-mostChecked);
  const missing = (await pMap(checked, target.isThere, { concurrency: atOnce })).filter((isThere) => !isThere).length;
  const grown = before === undefined || after === undefined ? 0 : after - before;
  return {
    exchanges: done,
    requests,
    answers,
    workflows: { named: named.size, checked: checked.length },
    honest: honest.figures,
    megabytes: before === undefined || after === undefined ? null : { before, after },
    problems: [
      ...problems,
      ...honest.problems.slice(0, mostProblems),
      ...(honest.figures.accepted === 0 ? ['no event of the honest sender was taken'] : []),
      ...(missing > 0 ? [`${missing} of ${checked.length} workflows of a 202 are not with Temporal`] : []),
      ...(done >= fewestForMemory && grown > mostGrowth
        ? [`memory grew by ${grown.toFixed(0)} MB, at most ${mostGrowth}`]
        : []),
    ],
  };
}
