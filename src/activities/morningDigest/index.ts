import { defined } from '../../defined.ts';
import {
  morningDigestId,
  type AskingRoute,
  type MorningDigestActivities,
  type MorningFacts,
  type MorningRequest,
} from '../../workflows/morningDigest/contract.ts';
import { localClock } from '../localClock.ts';

/** What the activities are made from. */
export interface MorningOptions {
  /** The routes as the configuration has them at each use. */
  readonly routes: () => readonly AskingRoute[];
  /** Asks Temporal's lists. Throws Unreachable. */
  readonly facts: (asked: Pick<MorningRequest, 'accounts' | 'since'>) => Promise<MorningFacts>;
}

/** The day and the time of an instant on the clock of a zone: `2026-12-01`, `07:30:00`. */
function localTime(iso: string, timeZone: string): { readonly day: string; readonly time: string } {
  const [day = '', time = ''] = new Date(localClock(timeZone).localMs(Date.parse(iso))).toISOString().split('T');
  return { day, time: time.slice(0, 8) };
}

/** Makes the activity that collects what a morning digest says. */
export function createMorningDigestActivities({ routes, facts }: MorningOptions): MorningDigestActivities {
  return {
    async collectMorning({ digestId, accounts, at, timeZone, plannedAt, since, sentDay }) {
      const isAsked = routes().some(
        (route) => route.morningDigest !== undefined && morningDigestId(route) === digestId,
      );
      if (!isAsked) return { outcome: 'notAsked' };
      const { day, time } = localTime(plannedAt, timeZone);
      const byHand = time !== `${at}:00`;
      if (!byHand && day === sentDay) return { outcome: 'sentBefore', day };
      const found = await facts({ since, ...defined({ accounts }) });
      return { outcome: 'collected', day, facts: found, ...(byHand && { byHand }) };
    },
  };
}
