import fc from 'fast-check';
import { eventPaths, meantEventPath } from '../../src/ingress/paths.ts';
import { eventRequest, key, request, startWorld, type SocketWorld } from './socketWorld.ts';

let world: SocketWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const json = { 'Content-Type': 'application/json' };
const sent = (path: string, headers: Record<string, string>) =>
  world.exchange(request(`POST ${path} HTTP/1.1`, { ...json, ...headers }, '{}'));

const spellings = [
  '/v1/events/eventbridge/',
  '/v1/events/eventbridge//?x=1',
  '//v1/events/eventbridge',
  '/v1//events///eventbridge',
  '/V1/Events/EventBridge',
  '/v1/events/%65ventbridge/',
  '/v1%2Fevents%2feventbridge',
  '/v1%252Fevents/eventbridge',
  '/v1/./events/../events/eventbridge',
  '/v1/events/eventbridge;version=1',
  '/v1/events/eventbridge%20',
  '/v1\\events\\eventbridge',
  'http://events.example.com/v1/events/eventbridge/',
];

test.each(spellings)('%s: a known sender loses nothing, a stranger gets 404', async (path) => {
  const [answer] = await sent(path, { 'X-Api-Key': key });
  expect([answer?.status, answer?.body.outcome]).toEqual([503, 'unavailable']);
  const [strange] = await sent(path, { 'X-Api-Key': 'wrong' });
  expect([strange?.status, strange?.body.error]).toEqual([404, 'notFound']);
  expect(strange?.headers).not.toHaveProperty('www-authenticate');
});

test('the log names the path to configure, by a sample', () => {
  const lines = world.log.filter(({ msg }) => String(msg).includes('another spelling'));
  expect(lines).toEqual([
    expect.objectContaining({ level: 40, path: '/v1/events/eventbridge', envelope: 'eventbridge' }),
  ]);
});

test.each(['/v1/events/eventbridge?x=1', 'http://events.example.com/v1/events/eventbridge'])(
  '%s is spelled right',
  async (path) => {
    const [strange] = await sent(path, {});
    expect([strange?.status, strange?.body.error]).toEqual([401, 'unauthorized']);
  },
);

test.each(['/v1/events', '/v1/events/eventbridge/more', '/v1/events/eventbridges', '/v2/events/eventbridge', '/', '*'])(
  '%s is another path, for everybody',
  async (path) => {
    const [answer] = await sent(path, { 'X-Api-Key': key });
    expect([answer?.status, answer?.body.error]).toEqual([404, 'notFound']);
  },
);

test.each<readonly [string, string, string]>([
  ['GET', '/v1/events/eventbridge', 'POST'],
  ['PUT', '/v1/events/webhook', 'POST'],
  ['OPTIONS', '/v1/events/webhook', 'POST'],
  ['TRACE', '/v1/events/webhook', 'POST'],
  ['PROPFIND', '/v1/events/eventbridge?x=1', 'POST'],
  ['QUERY', '/healthz', 'GET, HEAD'],
  ['POST', '/healthz', 'GET, HEAD'],
  ['DELETE', '/readyz', 'GET, HEAD'],
])('%s %s: 405 with Allow', async (method, path, allow) => {
  const [answer] = await world.exchange(request(`${method} ${path} HTTP/1.1`, { 'X-Api-Key': key }));
  expect([answer?.status, answer?.body.error, answer?.headers['allow']]).toEqual([405, 'methodNotAllowed', allow]);
});

test('a path is never rewritten to one that it does not spell', () => {
  const known = Object.values(eventPaths);
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), fc.constantFrom(...known), (url, path) => {
      expect(meantEventPath(new URL(url).pathname)).toBeUndefined();
      expect(meantEventPath(path)).toBeUndefined();
      expect(meantEventPath(`${path}/x`)).toBeUndefined();
      expect(meantEventPath(`${path}/`)).toBe(path);
    }),
  );
});

test('any mixture of letter case, slashes and percent-encoding spells the path', () => {
  const character = (one: string) =>
    fc.constantFrom(one, one.toUpperCase(), `%${one.charCodeAt(0).toString(16)}`, one === '/' ? '//' : one);
  const spelling = fc.constantFrom(...Object.values(eventPaths)).chain((path) =>
    fc.tuple(
      fc.constant(path),
      fc.tuple(...path.split('').map(character)).map((parts) => parts.join('')),
    ),
  );
  fc.assert(
    fc.property(spelling, ([path, text]) => {
      expect(meantEventPath(text)).toBe(text === path ? undefined : path);
    }),
  );
});

test('the event itself arrives', async () => {
  const [answer] = await world.exchange(eventRequest());
  expect(answer?.body.outcome).toBe('unavailable');
});
