import type { Envelope } from '../events/parse.ts';

/** Where the events of each envelope are taken. */
export const eventPaths: Readonly<Record<Envelope, string>> = {
  eventbridge: '/v1/events/eventbridge',
  webhook: '/v1/events/webhook',
};

const allowedMethods: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.values(eventPaths).map((path) => [path, 'POST'])),
  '/healthz': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/openapi.json': 'GET, HEAD',
};

/** The path of a request target in its origin form or its absolute form (RFC 9112, section 3.2), without a query. */
function pathOf(target: string): string {
  const [address = ''] = target.split(/[?#]/, 1);
  return address.replace(/^https?:\/\/[^/]*/i, '');
}

/** The methods that the address of a request takes, for Allow; undefined where there is no such address. */
export function methodsOf(target: string): string | undefined {
  const path = pathOf(target);
  return Object.hasOwn(allowedMethods, path) ? allowedMethods[path] : undefined;
}

/** Two rounds: a proxy may encode what was encoded. What cannot be decoded stays. */
function decoded(path: string): string {
  let text = path;
  for (let round = 0; round < 2; round += 1) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return text;
    }
  }
  return text;
}

/** A path in the one spelling that all of its spellings share. */
function plainPath(path: string): string {
  const segments: string[] = [];
  for (const segment of decoded(path).replaceAll('\\', '/').split('/')) {
    const name = segment.replace(/;.*$/s, '').trim().toLowerCase();
    if (name === '..') segments.pop();
    else if (name !== '' && name !== '.') segments.push(name);
  }
  return `/${segments.join('/')}`;
}

/** A spelling has no reason to be longer than this, in characters. */
const longestSpelling = 500;

/**
 * The path of events that a request means: another spelling of it has slashes at its end or twice, another letter case,
 * percent-encoding, dots, parameters or blanks.
 * @returns undefined where it is spelled right, or means no path of events.
 */
export function meantEventPath(target: string): string | undefined {
  const path = pathOf(target);
  const known = Object.values(eventPaths);
  if (known.includes(path) || path.length > longestSpelling) return undefined;
  const plain = plainPath(path);
  return known.find((one) => one === plain);
}
