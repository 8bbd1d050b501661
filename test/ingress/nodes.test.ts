import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNode22 } from '@marketplace-steward/testing/node22';
import { startSteward } from '@marketplace-steward/testing/steward';
import { until } from '@marketplace-steward/testing/until';
import { largestBodyBytes } from '../../src/delivery/quarantine.ts';
import { allOf, eventRequest, key, silentTemporal } from './socketWorld.ts';

const folder = mkdtempSync(join(tmpdir(), 'ingress-nodes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'steward.yaml');
writeFileSync(
  file,
  `
accounts: { "123456789012": { mode: observe } }
ingress: { port: 0, credentials: { eventbridge: [{ header: x-api-key, valueVariable: EVENTBRIDGE_KEY }] } }
`,
);

const large = Buffer.alloc(largestBodyBytes, ' ');

/** A sender that leaves as soon as it has sent this. */
async function leave(open: () => Promise<Socket>, bytes: Buffer): Promise<void> {
  const socket = await open();
  await new Promise((resolve) => socket.write(bytes, resolve));
  socket.destroy();
}

/** Whether as many events as ever are taken at once, and large ones among them. */
async function isAllFree(open: () => Promise<Socket>): Promise<boolean> {
  const bodies = [...Array<Buffer>(250).fill(Buffer.from('{}')), ...Array<Buffer>(4).fill(large)];
  const answers = await Promise.all(
    bodies.map(async (body) => {
      const socket = await open();
      const answer = allOf(socket);
      socket.write(eventRequest({}, body));
      return answer;
    }),
  );
  return answers.flat().every(({ status }) => status === 503);
}

async function freesEverything(node: string): Promise<boolean> {
  const temporal = await silentTemporal();
  const environment = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
    EVENTBRIDGE_KEY: key,
  };
  const ingress = await startSteward(['ingress', '--config', file], { folder, environment, node });
  const { hostname, port } = new URL(String(ingress.ready['url']));
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return socket.on('error', () => socket.destroy());
  };
  try {
    const pipelined = Buffer.concat(Array<Buffer>(20).fill(eventRequest({ Connection: 'keep-alive' })));
    const partial = eventRequest({ 'Content-Length': String(largestBodyBytes) }, large.subarray(0, -1));
    const sent = [pipelined, partial, pipelined.subarray(0, -10), eventRequest({ Expect: '100-continue' })];
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(Array.from({ length: 80 }, (_, index) => leave(open, sent[index % sent.length] ?? pipelined)));
    }
    return await until(() => isAllFree(open));
  } finally {
    await ingress.stop('SIGTERM');
    await temporal.close();
  }
}

test('senders that leave in the middle of anything keep nothing occupied', async () => {
  expect(await freesEverything(process.execPath)).toBe(true);
});

const node22 = findNode22();
// Without a network it cannot be had. The tally names a skipped test by its title.
// oxlint-disable-next-line jest/no-disabled-tests
const testOnNode22: typeof test = node22 === undefined ? test.skip : test;

testOnNode22('the same on Node 22, the oldest that is supported', async () => {
  // oxlint-disable-next-line jest/no-standalone-expect
  expect(await freesEverything(node22 ?? '')).toBe(true);
});
