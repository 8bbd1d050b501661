import { defined } from '../../defined.ts';
import {
  morningDigestId,
  type AskingRoute,
  type MorningDigestActivities,
  type MorningFacts,
  type MorningRequest,
} from '../../workflows/morningDigest/contract.ts';
import { minuteMs } from '../../workflows/shared/durations.ts';
import { failure } from '../../failures.ts';
import { contextOrNothing } from '../failingCalls.ts';
import { localClock } from '../localClock.ts';

/** What the activities are made from. */
export interface MorningOptions {
  /** The routes as the configuration has them at each use. */
  readonly routes: () => readonly AskingRoute[];
  /** Asks Temporal's lists. Throws Unreachable. */
  readonly facts: (asked: Pick<MorningRequest, 'accounts' | 'since'>) => Promise<MorningFacts>;
}

/** While workers are replaced, one that knows the route already may answer only after one that does not know it yet. */
const unknownForMs = 10 * minuteMs;
const askAgainMs = minuteMs / 2;

/** How long the activity has been asked for by now, in milliseconds. */
function askedForMs(): number {
  const scheduledMs = contextOrNothing()?.info.scheduledTimestampMs;
  return scheduledMs === undefined ? Infinity : Date.now() - scheduledMs;
}

/** The day and the time of an instant on the clock of a zone: `2026-12-01`, `07:30:00`. */
function localTime(iso: string, timeZone: string): { readonly day: string; readonly time: string } {
  const [day = '', time = ''] = new Date(localClock(timeZone).localMs(Date.parse(iso))).toISOString().split('T');
  return { day, time: time.slice(0, 8) };
}

/** The times that the digest shows, on the clock of the zone: `2026-12-01 07:30 Europe/Berlin`. */
function localTimesOf({ needsYou, due, done }: MorningFacts, timeZone: string): Readonly<Record<string, string>> {
  const rows = [...needsYou.rows, ...due.rows];
  const times = [...rows.map(({ dueAt, startedAt }) => dueAt ?? startedAt), done.since];
  return Object.fromEntries(
    times.map((iso) => {
      const { day, time } = localTime(iso, timeZone);
      return [iso, `${day} ${time.slice(0, 5)} ${timeZone}`];
    }),
  );
}

/** Makes the activity that collects what a morning digest says. */
export function createMorningDigestActivities({ routes, facts }: MorningOptions): MorningDigestActivities {
  return {
    async collectMorning({ digestId, accounts, at, timeZone, plannedAt, since, sentDay }) {
      const isAsked = routes().some(
        (route) => route.morningDigest !== undefined && morningDigestId(route) === digestId,
      );
      const { day, time } = localTime(plannedAt, timeZone);
      const byHand = time !== `${at}:00`;
      if (!isAsked && !byHand && askedForMs() < unknownForMs) {
        const message = 'No route of this worker asks for the digest; another worker may know one that does';
        throw failure('NotYet', message, { retryAfterMs: askAgainMs });
      }
      if (!isAsked) return { outcome: 'notAsked' };
      if (!byHand && day === sentDay) return { outcome: 'sentBefore', day };
      const found = await facts({ since, ...defined({ accounts }) });
      return {
        outcome: 'collected',
        day,
        facts: found,
        localTimes: localTimesOf(found, timeZone),
        ...(byHand && { byHand }),
      };
    },
  };
}
