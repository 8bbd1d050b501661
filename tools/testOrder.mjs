import Sequencer from '@jest/test-sequencer';

/**
 * The longest files, the longest first: in a fresh clone jest knows no durations, and one that is begun late would be left
 * alone at the end. All others follow in jest's own order.
 */
const longest = [
  'test/chaos/chaosRun',
  'bench/test/integration/bench',
  'packages/demo/test/e2e/start',
  'test/integration/backfillChangeSets',
  'test/integration/reconcileChangeSets',
  'test/integration/storm',
  'test/integration/historyRoom',
  'test/chaos/backfillKilled',
  'test/integration/workerProcessPrebuilt',
  'test/chaos/offerWatchKilled',
  'test/integration/smallHeap',
  'test/integration/heldEvents',
  'test/integration/reload',
  'test/integration/cli',
  'test/integration/accountHealth',
  'test/integration/changeSetOperators',
  'test/chaos/workerKilled',
  'test/integration/submitPermits',
  'test/integration/renewal',
  'test/integration/quotas',
  'test/chaos/noticeChannels',
  'test/chaos/queueConsumerKilled',
  'test/integration/documentedCommands',
  'test/integration/securityCase',
  'test/chaos/backfillChangeSetsKilled',
  'test/integration/versionedQuotas',
  'packages/demo/test/integration/resets',
  'test/chaos/workerFrozen',
  'test/ingress/nodes',
  'tools/test/test',
  'tools/test/model',
  'test/cli/main',
  'tools/test/bootstrap',
  'test/queues/queues',
  'test/workflows/changeSetRemediation/guards',
  'test/workflows/offerWatch/guards',
  'test/workflows/changeSetRemediation/model',
].map((path) => `/${path}.test.ts`);

/** Orders the files of a run. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const placeOf = ({ path }) => {
      const place = longest.findIndex((end) => path.replaceAll('\\', '/').endsWith(end));
      return place === -1 ? longest.length : place;
    };
    return super.sort(tests).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
