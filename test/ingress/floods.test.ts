import { once } from 'node:events';
import { Secret } from '../../src/config/secret.ts';
import { largestBodyBytes } from '../../src/delivery/quarantine.ts';
import {
  allOf,
  event,
  eventbridge,
  eventRequest,
  key,
  silentTemporal,
  startWorld,
  type RawAnswer,
  type SocketWorld,
} from './socketWorld.ts';

const others = 'another-right-key-of-this-test';
const bothKeys = [eventbridge, { kind: 'header', header: 'x-api-key', value: new Secret('OTHER', others) } as const];

let world: SocketWorld;
let temporal: Awaited<ReturnType<typeof silentTemporal>>;
beforeAll(async () => {
  temporal = await silentTemporal();
  world = await startWorld({
    connection: temporal.connection,
    credentials: { eventbridge: bothKeys, webhook: [] },
  });
});
afterAll(async () => {
  await world.close();
  await temporal.close();
});

const outcome = async (headers: Record<string, string> = {}) => {
  const [answer] = await world.exchange(eventRequest(headers));
  return [answer?.status, answer?.body.error, answer?.headers['retry-after']];
};
const taken = [503, 'unavailable', '5'];
const overloaded = [429, 'overloaded', '1'];
const byOther = { 'X-Api-Key': others };

test('the flood of one sender gets 429 beyond its part, and the other sender its own part', async () => {
  let refused: unknown[] = [];
  // On a busy machine early answers may have made room before the last request comes.
  while (refused.length === 0) {
    const flood = Array.from({ length: 150 }, () => outcome());
    const other = Array.from({ length: 20 }, () => outcome(byOther));
    const answers = await Promise.all(flood);
    refused = answers.filter(([status]) => status === 429);
    // Its part is 128 of 256.
    expect(refused.length).toBeLessThanOrEqual(150 - 128);
    for (const answer of answers) expect(answer).toEqual(answer[0] === 429 ? overloaded : taken);
    expect(await Promise.all(other)).toEqual(Array(20).fill(taken));
  }
  expect(refused.length).toBeGreaterThan(0);
});

/** Connections on which so much of a body has been sent, and no more comes; with all that comes back. */
async function stalled(count: number, bytes: number) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = await world.connect();
      const answers = allOf(socket);
      const text = eventRequest({ 'Content-Length': String(largestBodyBytes) }, Buffer.alloc(bytes, ' '));
      await new Promise((resolve) => socket.write(text, resolve));
      return { socket, answers };
    }),
  );
}

test('bodies that come slowly hold no place of an event', async () => {
  const all = await stalled(300, 1);
  expect(await outcome()).toEqual(taken);
  for (const { socket } of all) socket.destroy();
});

test('bytes that have come are bounded for each sender, and are given back when their connection ends', async () => {
  // 26 of this size are more than its 32 MiB.
  const all = await stalled(26, largestBodyBytes - 1);
  const isRefused = async (answers: Promise<RawAnswer[]>): Promise<void> => {
    expect((await answers).map(({ status, body }) => [status, body.error])).toEqual([[429, 'overloaded']]);
  };
  const [other] = await Promise.all([outcome(byOther), Promise.any(all.map(({ answers }) => isRefused(answers)))]);
  expect(other).toEqual(taken);
  for (const { socket } of all) socket.destroy();
  // Until Node has seen them all go, events may still be refused.
  let status: number | undefined = 429;
  while (status === 429) {
    const [answer] = await world.exchange(eventRequest({}, Buffer.alloc(largestBodyBytes, ' ')));
    status = answer?.status;
  }
  expect(status).toBe(503);
});

test('an event under way is answered, whatever its sender sends after it', async () => {
  const socket = await world.connect();
  const answers = allOf(socket);
  socket.write(eventRequest({ Connection: 'keep-alive' }));
  socket.write('this is no HTTP\r\n\r\n');
  expect((await answers).map(({ status, headers }) => [status, headers['connection']])).toEqual([[503, 'close']]);
});

test('what takes longer than 5 s gets 408 in our shape: headers, and bodies of known senders', async () => {
  const head = `POST /v1/events/eventbridge HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${key}\r\nContent-Type: application/json\r\n`;
  const partial = event.subarray(0, 100);
  const all = await Promise.all([
    world.exchange(head),
    world.exchange(`${head}Content-Length: 5000\r\n\r\n`, partial),
    world.exchange(`${head}Transfer-Encoding: chunked\r\n\r\n`, '5\r\n{"a":\r\n'),
    world.exchange(''),
  ]);
  for (const answers of all) {
    expect(answers.map(({ status, body, headers }) => [status, body.error, headers['connection']])).toEqual([
      [408, 'requestTimeout', 'close'],
    ]);
  }
});

test('closing does not wait for those who send nothing', async () => {
  const other = await startWorld({ connection: temporal.connection });
  const silent = await Promise.all([other.connect(), other.connect()]);
  silent[1]?.write('POST /v1/events/eventbridge HTTP/1.1\r\nHo');
  await other.exchange(eventRequest());
  await other.close();
  for (const socket of silent) expect(socket.destroyed || (await once(socket.resume(), 'close'))).toBeTruthy();
});
