import { RateLimiter } from '../../src/quotas/rateLimiter.ts';
import { rateOf } from '../../src/quotas/catalogQuotas.ts';
import type { Clock } from '../../src/quotas/clock.ts';
import { keepShare } from '../../src/quotas/keptShare.ts';
import type { ListedWorker } from '../../src/quotas/quotaShare.ts';
import type { ShareRegistry } from '../../src/quotas/shareRegistry.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/** Virtual time: what is due is done in order, and everything that follows from it at the same moment. */
class VirtualTime {
  nowMs = 0;
  #order = 0;
  #timers: Timer[] = [];

  after(delayMs: number, fire: () => void): () => void {
    const timer: Timer = {
      atMs: this.nowMs + Math.max(0, Math.ceil(delayMs)),
      order: this.#order++,
      fire,
      cancelled: false,
    };
    const place = this.#timers.findLastIndex(({ atMs }) => atMs <= timer.atMs);
    this.#timers.splice(place + 1, 0, timer);
    return () => {
      timer.cancelled = true;
    };
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  async runUntil(endMs: number): Promise<void> {
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.atMs > endMs) return;
      this.#timers.shift();
      if (next.cancelled) continue;
      this.nowMs = next.atMs;
      next.fire();
      await new Promise(setImmediate);
    }
  }
}

/** What happens to one worker. Times are in milliseconds. */
export interface Life {
  readonly beginsMs: number;
  /** It ends then: in order, or by a kill. */
  readonly endsMs: number;
  readonly ending: 'closed' | 'killed';
  /** Between these it runs nothing; what it sent goes on. */
  readonly frozen?: { readonly fromMs: number; readonly forMs: number };
  /** Between these it has nothing to call. */
  readonly idle?: { readonly fromMs: number; readonly forMs: number };
  /** Its calls of the server fail between these: half of them are done all the same. */
  readonly cutOff?: { readonly fromMs: number; readonly forMs: number };
  /** How long a call of the server takes each way. */
  readonly wayMs: number;
  /** Its wall clock is set to another time at each of these. */
  readonly clockSteps: readonly { readonly atMs: number; readonly byMs: number }[];
}

/** The server's list of workers; it loses all of it at these times. */
class PlayedServer {
  readonly workers = new Map<string, string>();
  readonly time: VirtualTime;

  constructor(time: VirtualTime, lossesMs: readonly number[]) {
    this.time = time;
    for (const atMs of lossesMs) time.after(atMs, () => this.workers.clear());
  }
}

const isWithin = (span: { readonly fromMs: number; readonly forMs: number } | undefined, nowMs: number): boolean =>
  span !== undefined && nowMs >= span.fromMs && nowMs < span.fromMs + span.forMs;

/** One worker with the real share and the real rate limiter: it makes every call that it is permitted. */
function playWorker(
  server: PlayedServer,
  key: string,
  life: Life,
  quota: number,
  called: (atMs: number) => void,
): void {
  const { time } = server;
  let dead = false;
  /** Does something as soon as the process runs; never once it is dead. */
  const whenAwake = (run: () => void): void => {
    if (dead) return;
    const { frozen } = life;
    if (frozen !== undefined && isWithin(frozen, time.nowMs)) {
      time.after(frozen.fromMs + frozen.forMs - time.nowMs, () => whenAwake(run));
    } else run();
  };
  const clock: Clock = {
    nowMs: () => time.nowMs,
    after(delayMs, fire) {
      let cancelled = false;
      const cancel = time.after(delayMs, () => whenAwake(() => (cancelled ? undefined : fire())));
      return () => {
        cancelled = true;
        cancel();
      };
    },
  };
  const wallMs = (): number =>
    time.nowMs + life.clockSteps.reduce((sum, { atMs, byMs }) => (time.nowMs >= atMs ? sum + byMs : sum), 0);
  let registrations = 0;
  const call = <Answer>(serve: () => Answer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const cut = isWithin(life.cutOff, time.nowMs);
      registrations += 1;
      const arrives = !cut || registrations % 2 === 0;
      time.after(life.wayMs, () => {
        const answer = arrives ? serve() : undefined;
        const answered = (): void => (cut || answer === undefined ? reject(new Error('cut off')) : resolve(answer));
        time.after(life.wayMs, () => whenAwake(answered));
      });
    });
  const registry: ShareRegistry = {
    list: () => call((): ListedWorker[] => [...server.workers].map(([worker, mark]) => ({ key: worker, mark }))),
    async register(worker) {
      const mark = `${wallMs()} ${registrations}`;
      await call(() => server.workers.set(worker, mark));
    },
    async remove(workers) {
      await call(() => workers.map((worker) => server.workers.delete(worker)));
    },
  };
  time.after(life.beginsMs, () => {
    const share = keepShare(registry, key, { warn: () => undefined }, clock);
    const limiter = new RateLimiter(clock);
    let closed = false;
    const nextCall = (): void => {
      if (closed || dead) return;
      const { idle } = life;
      if (idle !== undefined && isWithin(idle, time.nowMs)) {
        clock.after(idle.fromMs + idle.forMs - time.nowMs, nextCall);
        return;
      }
      share.need();
      const go = (): void => {
        if (closed || dead) return;
        called(time.nowMs);
        clock.after(0, nextCall);
      };
      limiter.join({ attempt: { priority: 1, sinceMs: time.nowMs, endsMs: Infinity }, begun: false, go });
    };
    share.onChange(() => {
      const { fraction, untilMs } = share.current();
      limiter.setRate(rateOf(quota, fraction), untilMs);
      if (limiter.busy) share.need();
    });
    nextCall();
    time.after(life.endsMs - life.beginsMs, () => {
      if (life.ending === 'killed') dead = true;
      else {
        whenAwake(() => {
          closed = true;
          void share.close();
        });
      }
    });
  });
}

/** Plays workers on one server, and gives when calls were made. */
export async function playWorkers(
  lives: readonly Life[],
  {
    quota,
    untilMs,
    lossesMs = [],
  }: { readonly quota: number; readonly untilMs: number; readonly lossesMs?: readonly number[] },
): Promise<{ readonly calls: readonly number[]; readonly callsOf: (worker: number) => readonly number[] }> {
  const time = new VirtualTime();
  const server = new PlayedServer(time, lossesMs);
  const calls: { readonly worker: number; readonly atMs: number }[] = [];
  for (const [worker, life] of lives.entries()) {
    playWorker(server, `worker ${worker}`, life, quota, (atMs) => calls.push({ worker, atMs }));
  }
  await time.runUntil(untilMs);
  return {
    calls: calls.map(({ atMs }) => atMs),
    callsOf: (worker) => calls.filter((one) => one.worker === worker).map(({ atMs }) => atMs),
  };
}
