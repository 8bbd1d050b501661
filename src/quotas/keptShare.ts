import type { Logger } from 'pino';
import { type Clock, processClock } from './clock.ts';
import { type QuotaShare, QuotaShares } from './quotaShare.ts';
import type { ShareRegistry } from './shareRegistry.ts';

/** Between two checks while calls are made, in milliseconds: two may fail before the share has lapsed. */
const checkEveryMs = 1_500;
/** Between two checks while there is nothing to call: one may fail before the others forget this worker. */
const idleCheckEveryMs = 10_000;

const notListed =
  'Temporal lists no workers: this worker makes no vendor calls until it is listed. ' +
  'The server must be 1.30 or newer, with frontend.WorkerHeartbeatsEnabled and frontend.ListWorkersEnabled on';

/** A share that is kept up by checks. */
export interface KeptShare extends QuotaShare {
  /** The share ends at once; settles when the others know, or have to notice it. */
  close(): Promise<void>;
}

/**
 * Counts the workers that share the accounts' quotas, and makes this one known to the others, by the server's list.
 * @param key this worker's own, which no other may have.
 */
export function keepShare(
  registry: ShareRegistry,
  key: string,
  logger: Pick<Logger, 'warn'>,
  { nowMs, after }: Clock = processClock,
): KeptShare {
  const shares = new QuotaShares(key);
  const notice = onceEach(logger);
  let changed = (): void => undefined;
  let stopTimer = (): void => undefined;
  let nextCheckMs = Infinity;
  let askedMs = -Infinity;
  let needed = false;
  let closed = false;
  let underWay = Promise.resolve();

  const checkAt = (atMs: number): void => {
    if (closed) return;
    stopTimer();
    nextCheckMs = atMs;
    stopTimer = after(atMs - nowMs(), () => {
      underWay = check();
    });
  };
  const list = async () => {
    askedMs = nowMs();
    const listed = await registry.list();
    return { listed, askedMs, answeredMs: nowMs() };
  };
  /** Gives what is wrong. */
  const checkOnce = async (): Promise<string | undefined> => {
    let seen = await list();
    if (closed) return undefined;
    if (shares.isIn(seen.listed)) {
      await registry.register(key);
      shares.checked({ ...seen, registeredMs: nowMs() });
    } else {
      shares.lost();
      await registry.register(key);
      const registeredMs = nowMs();
      seen = await list();
      if (!shares.isIn(seen.listed)) return notListed;
      shares.checked({ ...seen, registeredMs });
    }
    if (shares.gone.length > 0) await registry.remove(shares.gone);
    return undefined;
  };
  const check = async (): Promise<void> => {
    needed = false;
    nextCheckMs = -Infinity;
    try {
      notice(await checkOnce());
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      notice(`Temporal does not list the workers: this worker makes no vendor calls meanwhile. ${problem}`);
    }
    if (closed) return;
    changed();
    const soon = needed || shares.beginsMs === undefined;
    checkAt(askedMs + (soon ? checkEveryMs : idleCheckEveryMs));
    if (shares.beginsMs !== undefined && shares.beginsMs > nowMs()) after(shares.beginsMs - nowMs(), changed);
  };
  checkAt(0);
  return {
    current: () => (closed ? { fraction: 0, untilMs: 0 } : shares.at(nowMs())),
    need() {
      needed = true;
      // Nothing is planned while a check is under way: what follows it goes by what was needed meanwhile.
      if (nextCheckMs > askedMs + checkEveryMs) checkAt(askedMs + checkEveryMs);
    },
    onChange(callback) {
      changed = callback;
    },
    async close() {
      stopTimer();
      closed = true;
      // A registration that is under way would come after the removal.
      await underWay;
      await registry.remove([key]).catch(() => undefined);
    },
  };
}

/** Logs what is new, and nothing twice in a row. */
function onceEach(logger: Pick<Logger, 'warn'>): (problem: string | undefined) => void {
  let last: string | undefined;
  return (problem) => {
    if (problem !== undefined && problem !== last) logger.warn(problem);
    last = problem;
  };
}
