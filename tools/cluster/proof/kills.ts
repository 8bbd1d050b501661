import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { sampleAccount, freshChangeSetId } from '../../../bench/ingress/events.ts';
import type { Stage } from '../../../bench/stage.ts';
import { submitsOf } from '../../../bench/storm/figures.ts';
import { putFailed } from '../../../bench/worker/remediations.ts';
import { changeSetWorkflowId, type ChangeSetStatus } from '../../../src/workflows/changeSetRemediation/contract.ts';
import type { Cluster, ClusterPart } from '../cluster.ts';
import { untilSettled } from './load.ts';
import { runStewards, type RunningStewards } from './running.ts';

/** How the kills go. */
export interface KillPlan {
  readonly failuresPerSecond: number;
  /** From a kill to the start again. */
  readonly goneMs: number;
  /** Acknowledged after the start again, before the next kill. */
  readonly eventsBetween: number;
  /** In this order; a service by its name. */
  readonly parts: ReadonlyArray<ClusterPart | 'a steward worker' | 'a steward ingress'>;
}

/** One kill. */
interface KillFigures {
  readonly part: string;
  /** From the kill until it was ready again. */
  readonly awaySeconds: number;
  /** Events acknowledged from the kill to the next one. */
  readonly acknowledged: number;
  /** The longest that an event of these took, its sender's repeats included. */
  readonly longestSeconds: number;
}

/** What the kills left. */
export interface KillsFigures {
  readonly kills: readonly KillFigures[];
  readonly acknowledged: number;
  /** Acknowledged, and no workflow knows it. */
  readonly missing: number;
  /** Ended otherwise than as remediated by the first successor. */
  readonly otherwise: number;
  /** Change sets of which more than one successor was accepted. */
  readonly submittedTwice: number;
  /** Change sets of which none was. */
  readonly notSubmitted: number;
  /** From the last event until no workflow was open. */
  readonly settledSeconds: number;
}

/** Whether nothing was lost and nothing was done twice. */
export function keepsPromises({
  acknowledged,
  missing,
  otherwise,
  submittedTwice,
  notSubmitted,
}: KillsFigures): boolean {
  return acknowledged > 0 && missing + otherwise + submittedTwice + notSubmitted === 0;
}

/** One port in front of several, as a load balancer is: each connection goes to the next that takes it. */
async function balance({ stops }: Stage, urls: readonly string[]): Promise<string> {
  const ports = urls.map((url) => Number(new URL(url).port));
  let next = 0;
  const forward = (socket: Socket, attemptsLeft: number): void => {
    next += 1;
    const target = connect(ports[next % ports.length] ?? 0, '127.0.0.1');
    target.once('connect', () => socket.pipe(target).pipe(socket));
    target.on('error', () => {
      if (target.bytesRead === 0 && target.bytesWritten === 0 && attemptsLeft > 0) forward(socket, attemptsLeft - 1);
      else socket.destroy();
    });
    target.on('close', () => target.bytesWritten > 0 && socket.destroy());
    socket.on('error', () => target.destroy()).on('close', () => target.destroy());
  };
  const server = createServer((socket) => forward(socket, ports.length - 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.add(async () => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return `http://127.0.0.1:${address.port}${new URL(urls[0] ?? '').pathname}`;
}

interface Acknowledged {
  readonly changeSetId: string;
  readonly atMs: number;
  readonly tookMs: number;
}

/** Change sets fail, so many a second, and the vendor posts each until it is taken; ends with `stopping`. */
async function failOn(
  { control }: RunningStewards,
  perSecond: number,
  acknowledged: Acknowledged[],
  stopping: AbortSignal,
): Promise<void> {
  const underWay: Array<Promise<void>> = [];
  const one = async (): Promise<void> => {
    const changeSetId = freshChangeSetId();
    putFailed(control, changeSetId);
    const begunMs = performance.now();
    let status: number | undefined;
    while (status !== 202) ({ status } = await control.emit({ changeSetId }));
    const atMs = performance.now();
    acknowledged.push({ changeSetId, atMs, tookMs: atMs - begunMs });
  };
  while (!stopping.aborted) {
    underWay.push(one());
    await wait(1_000 / perSecond);
  }
  await Promise.all(underWay);
}

/** Kills each part in turn under load, and counts what became of every acknowledged event. */
export async function measureKills(stage: Stage, cluster: Cluster, plan: KillPlan): Promise<KillsFigures> {
  const running = await runStewards(stage, 'kills', { workers: 2, ingresses: 2 });
  const { header, value } = running.credential;
  running.control.setEvents({ target: { url: await balance(stage, running.urls), headers: { [header]: value } } });
  const acknowledged: Acknowledged[] = [];
  const stopping = new AbortController();
  const load = failOn(running, plan.failuresPerSecond, acknowledged, AbortSignal.any([stopping.signal, stage.signal]));
  const more = async (count: number): Promise<void> => {
    const enough = acknowledged.length + count;
    while (acknowledged.length < enough) await wait(100, undefined, { signal: stage.signal });
  };
  const marks: Array<{ part: string; killedMs: number; readyMs: number }> = [];
  try {
    await more(plan.eventsBetween);
    for (const part of plan.parts) {
      stage.progress.say(`killing ${part}`);
      const killedMs = performance.now();
      await killAndRestart(cluster, running, part, plan.goneMs);
      marks.push({ part, killedMs, readyMs: performance.now() });
      await more(plan.eventsBetween);
    }
  } finally {
    stopping.abort();
  }
  await load;
  const lastMs = performance.now();
  stage.progress.say(`${acknowledged.length} events acknowledged: waiting until every workflow has ended`);
  await untilSettled(running.client, stage.signal);
  const settledSeconds = (performance.now() - lastMs) / 1_000;
  const kills = marks.map(({ part, killedMs, readyMs }, index) => {
    const untilMs = marks[index + 1]?.killedMs ?? lastMs;
    const own = acknowledged.filter(({ atMs }) => atMs >= killedMs && atMs < untilMs);
    return {
      part,
      awaySeconds: (readyMs - killedMs) / 1_000,
      acknowledged: own.length,
      longestSeconds: Math.max(0, ...own.map(({ tookMs }) => tookMs)) / 1_000,
    };
  });
  const figures = { kills, acknowledged: acknowledged.length, ...(await ends(running, acknowledged)), settledSeconds };
  await running.close();
  return figures;
}

async function killAndRestart(
  cluster: Cluster,
  running: RunningStewards,
  part: KillPlan['parts'][number],
  goneMs: number,
): Promise<void> {
  const steward = part === 'a steward worker' ? 'worker-1' : part === 'a steward ingress' ? 'ingress-1' : undefined;
  const pid =
    steward === undefined ? cluster.roles().find(({ name }) => name === part)?.pid : running.processOf(steward).pid;
  if (pid === undefined) throw new Error(`${part} does not run`);
  process.kill(pid, 'SIGKILL');
  await wait(goneMs);
  await (steward === undefined ? cluster.restart(part as ClusterPart) : running.restart(steward));
}

/** What became of the change sets, by their workflows and by the vendor's own log. */
async function ends(
  { client, control }: RunningStewards,
  acknowledged: readonly Acknowledged[],
): Promise<Pick<KillsFigures, 'missing' | 'otherwise' | 'submittedTwice' | 'notSubmitted'>> {
  const submits = Map.groupBy(submitsOf(control.log(), sampleAccount), ({ originId }) => originId);
  let [missing, otherwise] = [0, 0];
  for (const { changeSetId } of acknowledged) {
    const handle = client.workflow.getHandle<() => Promise<ChangeSetStatus>>(changeSetWorkflowId(changeSetId));
    const status = await handle.result().catch(() => undefined);
    if (status === undefined) missing += 1;
    else if (status.state !== 'remediated' || status.attempt !== 1) otherwise += 1;
  }
  const countOf = ({ changeSetId }: Acknowledged): number => submits.get(changeSetId)?.length ?? 0;
  return {
    missing,
    otherwise,
    submittedTwice: [...submits.values()].filter(({ length }) => length > 1).length,
    notSubmitted: acknowledged.filter((one) => countOf(one) === 0).length,
  };
}
