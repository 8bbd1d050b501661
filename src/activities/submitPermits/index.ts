import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { SubmitPermits } from '../../delivery/submitPermits.ts';
import type { CatalogListing, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import { readMarker, submitToken } from '../../workflows/changeSetRemediation/lineage.ts';
import type { ListedSubmit, SubmitPermitsActivities } from '../../workflows/submitPermits/contract.ts';

const running = ['PREPARING', 'APPLYING'] as const;
/** One page at the least. */
const listing = { listings: 1 } as const;

/** The submit behind a row: its name says whose attempt it is. */
function submitOf({ name, startTime, status }: CatalogListing): ListedSubmit[] {
  const marker = readMarker(name);
  if (marker === undefined) return [];
  const token = submitToken(marker.originId, marker.attempt);
  return [{ token, runs: running.some((one) => one === status), ...defined({ startTime }) }];
}

/**
 * After the end of a run, for so long a permit of it may still be used, in milliseconds: an activity attempt of a submit has
 * 60 s, and AWS needs some to list what it has accepted.
 */
const quietMs = 75_000;

/** Makes the activities of `submitPermits`. */
export function createSubmitPermitsActivities(ports: {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSets' | 'expecting'>;
  readonly permits: Pick<SubmitPermits, 'lastEndedMs'>;
}): SubmitPermitsActivities {
  const { catalog, permits } = ports;
  /** A listing of many pages takes minutes; where its worker dies, the missing heartbeat shows it. */
  async function listed(...asked: Parameters<MarketplaceCatalog['listChangeSets']>): Promise<ListedSubmit[]> {
    const rows = await withHeartbeat(
      () => undefined,
      () => catalog.expecting(asked[0], listing, () => catalog.listChangeSets(...asked)),
    );
    return rows.flatMap(submitOf);
  }
  return {
    async countSubmits(scope) {
      const endedMs = await permits.lastEndedMs(scope.account);
      const waitMs = (endedMs ?? -Infinity) + quietMs - Date.now();
      if (waitMs > 0) {
        const sentence =
          'An earlier run of these permits has ended, and a submit may still go out by one of its permits.';
        throw failure('NotYet', sentence, { retryAfterMs: waitMs });
      }
      const startedFrom = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
      return listed(scope, { startedFrom, orRunning: true });
    },
    async runningSubmits(scope) {
      return (await listed(scope, { statuses: running })).map(({ token }) => token);
    },
  };
}
