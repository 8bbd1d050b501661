import fc from 'fast-check';
import { createFailureLimit } from '../../src/ingress/failureLimit.ts';
import { eventRequest, request, startWorld, type SocketWorld } from './socketWorld.ts';

const limits = { burst: 3, perSecond: 0.000_1 };

describe('the bucket of an address', () => {
  test('lets through no more than its burst and what has come since, and forgets nothing too early', () => {
    const step = fc.record({ passMs: fc.nat(3_000), address: fc.constantFrom('192.0.2.1', '192.0.2.2') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let nowMs = 0;
        const limit = createFailureLimit({ burst: 5, perSecond: 2 }, () => nowMs);
        const noted = new Map<string, number>();
        for (const { passMs, address } of steps) {
          nowMs += passMs;
          const isExhausted = limit.isExhausted(address);
          const isNoted = limit.note(address);
          expect(isNoted).toBe(!isExhausted);
          noted.set(address, (noted.get(address) ?? 0) + (isNoted ? 1 : 0));
          expect(noted.get(address)).toBeLessThanOrEqual(5 + (nowMs / 1_000) * 2);
        }
        nowMs += 2_500;
        for (let count = 0; count < 5; count += 1) expect(limit.note('192.0.2.1')).toBe(true);
      }),
    );
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8:0:0:1::', true],
    ['::1', '::2', true],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
    ['192.0.2.1', '192.0.2.2', false],
  ])('%s and %s: one sender is %s', (one, other, isSame) => {
    const limit = createFailureLimit({ burst: 1, perSecond: 0 }, () => 0);
    expect(limit.note(one)).toBe(true);
    expect(limit.note(other)).toBe(!isSame);
  });

  test('beyond 10,000 addresses it forgets the one that failed longest ago', () => {
    const limit = createFailureLimit({ burst: 1, perSecond: 0 }, () => 0);
    const address = (index: number) => `10.0.${index >> 8}.${index & 255}`;
    for (let index = 0; index < 10_000; index += 1) limit.note(address(index));
    expect(limit.isExhausted(address(0))).toBe(true);
    limit.note(address(0));
    limit.note('192.0.2.1');
    expect([address(0), address(1), address(2)].map((one) => limit.isExhausted(one))).toEqual([true, false, true]);
  });
});

const strange = (headers: Record<string, string> = {}, path = '/v1/events/eventbridge') =>
  request(`POST ${path} HTTP/1.1`, { 'X-Api-Key': 'a-guess', ...headers }, '{}');

describe('over sockets', () => {
  let world: SocketWorld;
  const statuses = async (count: number, text: Buffer) => {
    const answers = [];
    for (let sent = 0; sent < count; sent += 1) answers.push(...(await world.exchange(text)));
    return answers.map(({ status, body }) => [status, body.error]);
  };
  afterEach(() => world.close());
  const refused = [401, 'unauthorized'];
  const limited = [429, 'tooManyFailures'];

  test('too many failures of an address get 429; right credentials from there are admitted', async () => {
    world = await startWorld({ failureLimits: limits });
    expect(await statuses(5, strange())).toEqual([refused, refused, refused, limited, limited]);
    const [answer] = await world.exchange(strange());
    expect(answer?.headers).toMatchObject({ 'retry-after': '5', connection: 'close' });
    expect(await statuses(3, eventRequest())).toEqual(Array(3).fill([503, 'unavailable']));
    // Nor is there another place to guess.
    expect(await statuses(1, strange({}, '/v1/events/eventbridge/'))).toEqual([limited]);
  });

  test('guesses at /readyz count, and requests without a credential do not', async () => {
    world = await startWorld({ failureLimits: limits });
    const readyz = (headers: Record<string, string>) => request('GET /readyz HTTP/1.1', headers);
    await statuses(5, readyz({}));
    await statuses(2, readyz({ 'X-Api-Key': 'a-guess' }));
    expect(await statuses(2, strange())).toEqual([refused, limited]);
  });

  test('X-Forwarded-For is believed from proxies that the configuration names, and from nobody else', async () => {
    world = await startWorld({ failureLimits: limits, trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });
    const from = (address: string) => strange({ 'X-Forwarded-For': address });
    expect(await statuses(4, from('192.0.2.1'))).toEqual([refused, refused, refused, limited]);
    expect(await statuses(1, from('192.0.2.2'))).toEqual([refused]);
    // What a sender writes before the proxy's own entry is only its word, and what is no address is nobody's.
    expect(await statuses(1, from('198.51.100.9, 192.0.2.1, 10.1.2.3'))).toEqual([limited]);
    expect(await statuses(1, from('nonsense'.repeat(100)))).toEqual([refused]);
    expect(JSON.stringify(world.log)).not.toContain('nonsense');
    expect(world.log).toContainEqual(expect.objectContaining({ error: 'tooManyFailures', address: '192.0.2.1' }));
    await world.close();

    world = await startWorld({ failureLimits: limits });
    await statuses(3, from('192.0.2.1'));
    expect(await statuses(1, from('192.0.2.2'))).toEqual([limited]);
  });

  test('a flood of guesses is a few lines in the log, which name the address and count', async () => {
    world = await startWorld({ failureLimits: limits });
    await statuses(50, strange());
    await world.ingress.close();
    const lines = world.log.filter(({ msg }) => msg === 'request refused');
    expect(lines.map(({ error, address, repeats }) => [error, address, repeats])).toEqual([
      ['unauthorized', '127.0.0.1', undefined],
      ['tooManyFailures', '127.0.0.1', undefined],
      ['unauthorized', '127.0.0.1', 2],
      ['tooManyFailures', '127.0.0.1', 46],
    ]);
    expect(JSON.stringify(world.log)).not.toContain('a-guess');
  });
});

test.each([
  ['2001:db8:0:2::1', '2001:0DB8:0:2::1', '2001:db8:0000:0002:0:0:0:9'],
  ['7.7.7.7', '::ffff:7.7.7.7', '::FFFF:707:707', '0:0:0:0:0:ffff:0707:0707'],
  ['::1', '0:0::2', '0000::'],
])('the spellings of an address are one address: %s, %s, %s', (...spellings) => {
  const limit = createFailureLimit({ burst: 1, perSecond: 0 }, () => 0);
  expect(spellings.map((address) => limit.note(address))).toEqual(spellings.map((_, at) => at === 0));
});
