import { pino } from 'pino';
import type { TemporalConfiguration } from '../../src/config/temporal.ts';
import { TemporalConnectionError, type ConnectionTrouble } from '../../src/delivery/connectionTrouble.ts';
import { reachTemporal, type Reached } from '../../src/workers/reach.ts';

const configuration: TemporalConfiguration = {
  connectionOptions: { address: 'temporal:7233' },
  namespace: 'steward',
  isCloud: false,
};

class TransportError extends Error {
  override readonly name = 'TransportError';
}
const away: ConnectionTrouble = { isAway: true, sentence: 'does not answer.' };
const status = (code: number, details: string): Error => {
  const error = Object.assign(new Error(details), { code, details, metadata: {} });
  return error;
};

/** Plays attempts one after another, and notes the waits and the lines of the log. */
function play(attempts: ReadonlyArray<Error | Reached>, troubles: readonly (ConnectionTrouble | undefined)[] = []) {
  const waits: number[] = [];
  const lines: string[] = [];
  const [left, found] = [[...attempts], [...troubles]];
  const ended = reachTemporal(configuration, {
    logger: pino({}, { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) }),
    wait: (ms) => Promise.resolve(waits.push(ms)),
    attempt: () => {
      const next = left.shift();
      return next === undefined || next instanceof Error
        ? Promise.reject(next ?? new Error('too many'))
        : Promise.resolve(next);
    },
    trouble: () => Promise.resolve(found.length > 1 ? found.shift() : found[0]),
  });
  return { ended, waits, lines };
}

const reached = { connection: {}, missing: [] } as unknown as Reached;
const refused = new TransportError('tcp connect error');

test('while nobody answers the worker waits twice as long each time, up to 15 s, and says why once', async () => {
  const { ended, waits, lines } = play([...Array<Error>(7).fill(refused), reached], [away]);
  expect(await ended).toBe(reached);
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  expect(lines).toEqual([
    'Temporal at temporal:7233 does not answer. The worker waits, and goes on once it answers.',
    'Temporal answers',
  ]);
});

test('a server whose other roles are away or that is busy is waited for, with its own words', async () => {
  const busy = [14, 4, 8].map((code) => status(code, `code ${code}`));
  const { ended, waits, lines } = play([...busy, reached]);
  expect(await ended).toBe(reached);
  expect(waits).toHaveLength(3);
  expect(lines[0]).toContain('code 14');
});

test.each(['tcp connect error', 'Os { code: 104, kind: ConnectionReset, message: "Connection reset by peer" }'])(
  'a server that came while the worker asked why it was away is reached by the next attempt (%s)',
  async (message) => {
    const { ended, waits } = play([new TransportError(message), reached], [undefined]);
    expect(await ended).toBe(reached);
    expect(waits).toEqual([500]);
  },
);

test('an attempt that hangs is named within seconds, and again with its reason once that is known', async () => {
  const lines: string[] = [];
  const named = Promise.withResolvers<void>();
  const hanging = Promise.withResolvers<Reached>();
  const attempts = [hanging.promise, Promise.resolve(reached)];
  const ended = reachTemporal(configuration, {
    logger: {
      info: (_about: object, line = '') => void lines.push(line),
      warn: (_about: object, line = '') => {
        lines.push(line);
        named.resolve();
      },
    },
    wait: () => Promise.resolve(),
    attempt: () => attempts.shift() ?? Promise.reject(new Error('too many')),
    trouble: () => Promise.resolve(away),
    slowAfterMs: 1,
  });
  await named.promise;
  hanging.reject(new Error('no answer within 10000 ms'));
  await ended;
  expect(lines).toEqual([
    'Temporal at temporal:7233 has not answered the first calls yet. The worker waits, and says more once it knows why.',
    'Temporal at temporal:7233 does not answer. The worker waits, and goes on once it answers.',
    'Temporal answers',
  ]);
});

test('an attempt that hangs is left when the signal aborts, and one that comes about then is closed', async () => {
  const stop = new AbortController();
  const { promise: attempted, resolve } = Promise.withResolvers<Reached>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const logger = { info: () => undefined, warn: () => undefined };
  const ended = reachTemporal(configuration, { logger, signal: stop.signal, attempt: () => attempted });
  stop.abort(new Error('asked to end'));
  await expect(ended).rejects.toThrow('asked to end');
  resolve({ ...reached, connection: { close: () => Promise.resolve(close()) } } as unknown as Reached);
  await closed;
});

test('wrong settings end the worker with their sentence, also after a wait', async () => {
  const wrong: ConnectionTrouble = { isAway: false, sentence: 'shows a certificate of another name.' };
  const { ended, waits } = play([refused, refused], [away, wrong]);
  await expect(ended).rejects.toThrow(new TemporalConnectionError('shows a certificate of another name.'));
  expect(waits).toHaveLength(1);
});

test.each([
  ['an unknown namespace', status(5, 'Namespace steward is not found.')],
  ['refused credentials', status(7, 'Request unauthorized.')],
  ['a bug', new TypeError('x is undefined')],
  ['what a peer that answers well does not explain', new TransportError('h2 protocol error')],
])('%s is not waited for', async (_title, error) => {
  const { ended, waits } = play([error]);
  await expect(ended).rejects.toBe(error);
  expect(waits).toEqual([]);
});
