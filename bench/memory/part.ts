import { freshEvents } from '../ingress/events.ts';
import { createPoster } from '../ingress/post.ts';
import { startIngressProcess } from '../ingress/process.ts';
import { runRound } from '../ingress/round.ts';
import type { BenchPlan } from '../options.ts';
import type { MemoryFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { startStandIn } from './standIn.ts';

/**
 * Memory of the ingress over many events that are all delivered: after a fifth of them, and after the last. Temporal is a
 * stand-in, so that the memory of nothing else is in the way.
 */
export async function measureMemory(stage: Stage, load: BenchPlan['memory']): Promise<MemoryFigures | null> {
  const { requests, callers } = load;
  const tenancy = await openTenancy(stage, 'memory');
  const standIn = await startStandIn();
  const closeStandIn = stage.stops.add(() => standIn.close());
  const environment = { ...tenancy.environment, TEMPORAL_ADDRESS: standIn.address };
  const ingress = await startIngressProcess(stage, { ...tenancy, environment }, '/healthz');
  const poster = createPoster(tenancy.ingress.url, tenancy.ingress.credential, callers);
  const closePoster = stage.stops.add(async () => poster.close());
  const step = 'memory of the ingress: events';
  let done = 0;
  const deliver = async (until: number): Promise<void> => {
    while (done < until) {
      stage.signal.throwIfAborted();
      const events = freshEvents(Math.min(load.perRound, until - done));
      await runRound(
        events.map(
          ({ bytes }) =>
            () =>
              poster.post(bytes),
        ),
        callers,
      );
      done += events.length;
      stage.progress.at(step, done, requests);
    }
  };
  const begunMs = performance.now();
  await Promise.race([deliver(requests / 5), ingress.gone]);
  const first = ingress.megabytes();
  await Promise.race([deliver(requests), ingress.gone]);
  const last = ingress.megabytes();
  const seconds = (performance.now() - begunMs) / 1_000;
  await closePoster();
  await ingress.stop();
  await closeStandIn();
  // Only Linux says it.
  if (first === undefined || last === undefined) return null;
  return {
    requests,
    firstRequests: requests / 5,
    firstMegabytes: first,
    megabytes: last,
    perSecond: requests / seconds,
  };
}
