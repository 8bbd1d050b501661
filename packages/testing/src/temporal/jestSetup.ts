import { startTemporalServer } from './temporalServer.ts';
import type { RunningTemporal } from './temporalServer.ts';
import { addressVariable } from './testServer.ts';

const shared: { server?: RunningTemporal } = {};

/** Jest's globalSetup of the project `server`: one dev server in memory for all its files. */
export default async function setup(): Promise<void> {
  shared.server = await startTemporalServer({ uiPort: false, retentionDays: 1, log: (line) => console.error(line) });
  process.env[addressVariable] = shared.server.address;
  console.error(`Temporal for the tests: ${shared.server.source}, at ${shared.server.address}`);
}

/** Jest's globalTeardown: ends that server. */
export async function stopSharedServer(): Promise<void> {
  await shared.server?.stop();
}
