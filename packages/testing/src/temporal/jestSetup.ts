import { findChromium } from '../chromium.ts';
import { testHistoriesFolder } from '../histories.ts';
import { findTemporalServer, findTimeSkippingServer } from './temporalBinary.ts';
import { startTemporalServer } from './temporalServer.ts';
import type { RunningTemporal } from './temporalServer.ts';
import { addressVariable, historiesVariable, testSettings } from './variables.ts';

const shared: { server?: RunningTemporal } = {};
const log = (line: string) => console.error(line);

/** Jest's globalSetup of the files that need a server: one dev server in memory for all of them. */
export default async function setup(): Promise<void> {
  // Both before the first is started: nothing would stop that one where the other cannot be had.
  const found = await findTemporalServer({ log });
  const timeSkipping = await findTimeSkippingServer({ log });
  // Their hashes are checked by now: the tests, which start many, need not do it again.
  if (found.kind === 'path') process.env['STEWARD_TEMPORAL_PATH'] ??= found.path;
  process.env['STEWARD_TEMPORAL_TEST_SERVER_PATH'] ??= timeSkipping.path;
  shared.server = await startTemporalServer({ uiPort: false, retentionDays: 1, settings: testSettings, log });
  process.env[addressVariable] = shared.server.address;
  process.env[historiesVariable] = testHistoriesFolder;
  log(`Temporal for the tests: ${found.source}, at ${shared.server.address}`);
  log(`Time-skipping server for the tests: ${timeSkipping.source}`);
  if (findChromium() === undefined) log('skipped: test/e2e: no Chromium is here (on Debian: apt-get install chromium)');
}

/** Jest's globalTeardown: ends that server. */
export async function stopSharedServer(): Promise<void> {
  await shared.server?.stop();
}
