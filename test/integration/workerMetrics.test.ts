/**
 * A worker that runs shows the metrics that the board and the alerts name (test/deploy/recorded/workerMetrics.json, by which
 * the unit tests check both). After an update of Temporal's SDK that renames one, write the file again:
 * STEWARD_RECORD_METRICS=1.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { reconcileWorld } from '@marketplace-steward/testing/reconcileWorld';
import { until } from '@marketplace-steward/testing/until';
import { workerMetrics } from '../../src/workflows/shared/workerMetrics.ts';
import { scrapedMetrics } from '../deploy/scrapedMetrics.ts';

const account = '111122223333';
const file = 'test/deploy/recorded/workerMetrics.json';
/** What the board and the alerts name of Temporal's own. */
const named = [
  readFileSync('deploy/grafana/board.json', 'utf8'),
  readFileSync('deploy/grafana/alerts.yaml', 'utf8'),
].flatMap((text) => [...text.matchAll(/temporal_\w+/g)].map(([name]) => name.replace(/_bucket$/, '')));

test('a worker shows what board and alerts name, by the labels that were recorded', async () => {
  const world = await reconcileWorld([account]);
  const worker = await world.startWorker(world.configurationOf([account], {}));
  try {
    await until(() => world.schedule.describe().catch(() => undefined));
    // Nobody has the credentials any more: a failure of the vendor, which is counted too.
    world.simulator.control.addFault({
      fault: 'error',
      operation: '*',
      type: 'ExpiredTokenException',
      status: 403,
      times: 100,
    });
    await world.trigger();
    const wanted = [...new Set([...named, ...Object.keys(workerMetrics)])].filter(
      // No notice is lost and no workflow stands still here: the unit tests know the metrics by their definitions.
      (name) => name !== 'steward_notices_undelivered' && name !== 'steward_missed_events',
    );
    const found = await until(async () => {
      const metrics = scrapedMetrics(await world.scrape());
      return wanted.every((name) => metrics[name] !== undefined) ? metrics : undefined;
    });
    const kept = Object.fromEntries(Object.entries(found).filter(([name]) => wanted.includes(name)));
    if (process.env['STEWARD_RECORD_METRICS'] === '1') writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
    expect(kept).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    const lacking = Object.entries(workerMetrics).filter(
      ([name, { labels }]) => wanted.includes(name) && !labels.every((label) => kept[name]?.labels.includes(label)),
    );
    expect(lacking).toEqual([]);
  } finally {
    await worker.close();
    await world.close();
  }
}, 120_000);
