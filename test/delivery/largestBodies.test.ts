import { changed, context, fixture } from '@marketplace-steward/testing/sampleEvents';
import { largestBodyBytes } from '../../src/delivery/quarantine.ts';
import { read } from '../../src/delivery/read.ts';
import type { Envelope } from '../../src/events/parse.ts';

const mostCpuMs = 100;

function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** A body of the largest size: a sample in which one value is filled with as many copies of a text as fit. */
function filled(name: string, path: readonly string[], open: string, unit: (at: number) => string, close: string) {
  const sample = JSON.parse(fixture(name).toString());
  const key = path.at(-1) ?? '';
  let parent = sample;
  for (const step of path.slice(0, -1)) parent = parent[step];
  parent[key] = '(fill)';
  const [head = '', tail = ''] = JSON.stringify(sample).split('"(fill)"');
  let left = largestBodyBytes - Buffer.byteLength(`${head}${open}${close}${tail}`);
  const units: string[] = [];
  for (let at = 0; ; at += 1) {
    const text = `${at === 0 ? '' : ','}${unit(at)}`;
    left -= Buffer.byteLength(text);
    if (left < 0) break;
    units.push(text);
  }
  return Buffer.from(`${head}${open}${units.join('')}${close}${tail}${' '.repeat(Math.max(0, left))}`);
}

const array = (name: string, path: readonly string[], unit: string) => filled(name, path, '[', () => unit, ']');
const offerSet = 'offerSetReleased';
const item = 'buyabilityChanged.eventBridge';
const longText = (name: string, path: readonly string[], part: string) => {
  const repeat = Math.floor((largestBodyBytes - 4_000) / Buffer.byteLength(part));
  let isFirst = true;
  return filled(
    name,
    path,
    '',
    () => {
      const text = isFirst ? `"${part.repeat(repeat)}"` : 'x'.repeat(largestBodyBytes);
      isFirst = false;
      return text;
    },
    '',
  );
};

const shapes: readonly (readonly [what: string, make: () => Uint8Array])[] = [
  ['resources of numbers', () => array(item, ['detail', 'resources'], '0')],
  ['resources of the envelope', () => array('changeSetFailed', ['resources'], '0')],
  ['resources of a webhook', () => array('buyabilityChanged.webhook', ['resources'], '0')],
  [
    'resources of long texts',
    () => array(item, ['detail', 'resources'], `"businessProduct/b/items/${'i'.repeat(200)}"`),
  ],
  [
    'resources of many pairs',
    () =>
      array(
        item,
        ['detail', 'resources'],
        `"businessProduct/b/items/i${Array.from({ length: 60 }, (_, at) => `/t${at}/x`).join('')}"`,
      ),
  ],
  ['buyers of numbers', () => array('offerReleased.isv', ['detail', 'targetedBuyerAccountIds'], '0')],
  ['buyers', () => array('offerReleased.isv', ['detail', 'targetedBuyerAccountIds'], `"${'1'.repeat(122)}"`)],
  ['offers of numbers', () => array(offerSet, ['detail', 'associatedOffers'], '0')],
  ['offers without content', () => array(offerSet, ['detail', 'associatedOffers'], '{}')],
  ['offers of an empty offer', () => array(offerSet, ['detail', 'associatedOffers'], '{"offer":{}}')],
  [
    'offers of a long name',
    () => array(offerSet, ['detail', 'associatedOffers'], `{"offer":{"id":"o","name":"${'n'.repeat(1_200)}"}}`),
  ],
  [
    'offers at their bound',
    () =>
      array(
        offerSet,
        ['detail', 'associatedOffers'],
        `{"offer":{"id":"${'o'.repeat(255)}","name":"${'n'.repeat(980)}"}}`,
      ),
  ],
  ...['\\\\', '=', '&#', 'token=t ', 'https://h.example/p '].map(
    (part) =>
      [
        `offers of names that are like addresses: ${part}`,
        () =>
          array(
            offerSet,
            ['detail', 'associatedOffers'],
            `{"offer":{"id":"o","name":"${part.repeat(Math.floor(1_200 / part.length))}"}}`,
          ),
      ] as const,
  ),
  ['an unknown field of empty objects', () => array('offerReleased.isv', ['detail', 'other'], '{}')],
  [
    'an unknown field of numbers up to the bound',
    () => array('offerReleased.isv', ['detail', 'other'], '1234567890123456789012345'),
  ],
  [
    'an unknown field of members',
    () => filled('offerReleased.isv', ['detail', 'other'], '{', (at) => `"k${at}":0`, '}'),
  ],
  [
    'members out of order up to the bound',
    () =>
      filled(
        'offerReleased.isv',
        ['detail', 'other'],
        '{',
        (at) => `"k${(at * 7919) % 100_003}-${'k'.repeat(15)}":0`,
        '}',
      ),
  ],
  ['short texts', () => array('offerReleased.isv', ['detail', 'other'], '""')],
  ['a long text', () => longText('changeSetFailed', ['detail', 'ChangeSetName'], 'n')],
  ['a text of escapes', () => longText('changeSetFailed', ['detail', 'ChangeSetName'], String.raw`\u0001`)],
  ['a text of commas', () => longText('changeSetFailed', ['detail', 'ChangeSetName'], ',')],
  ['a long time', () => longText('changeSetFailed', ['time'], '2022-11-01T13:12:22Z')],
  ['a long id', () => longText('changeSetFailed', ['id'], 'ä')],
  ['a long detail-type', () => longText('changeSetFailed', ['detail-type'], 'ä')],
  ['a long source', () => longText(item, ['source'], 'aws.partner/buywithprime/')],
  ['a long status', () => longText(item, ['detail', 'data', 'product', 'buyability', 'status'], '*')],
  ['a long unknown text', () => longText('offerReleased.isv', ['detail', 'other'], String.raw`\ud800`)],
  ['brackets', () => Buffer.from('['.repeat(largestBodyBytes))],
  ['braces', () => Buffer.from('{"a":'.repeat(largestBodyBytes / 5))],
  ['nothing but blanks', () => Buffer.from(' '.repeat(largestBodyBytes))],
  ['a digit after the other', () => Buffer.from(`{"a":${'9'.repeat(largestBodyBytes - 6)}}`)],
];

/** Bodies that are delivered, at the bounds of what an event may have. */
const full = (name: string, detail: object) => changed(name, { ...detail, other: 'x'.repeat(300_000) });
const taken: readonly (readonly [what: string, make: () => Uint8Array])[] = [
  [
    '1,000 offers',
    () =>
      full(offerSet, {
        associatedOffers: Array.from({ length: 1_000 }, (_, at) => ({
          offer: { id: `o-${at}`, arn: 'a'.repeat(500), name: 'n'.repeat(190), expirationDate: '2030-01-20' },
        })),
      }),
  ],
  [
    '1,000 offers of names that are like addresses',
    () =>
      full(offerSet, {
        associatedOffers: Array.from({ length: 1_000 }, (_, at) => ({
          offer: { id: `o-${at}`, name: 'token=t '.repeat(19) },
        })),
      }),
  ],
  [
    '10,000 buyers',
    () =>
      full('offerReleased.isv', {
        targetedBuyerAccountIds: Array.from({ length: 10_000 }, (_, at) => String(100_000_000_000 + at)),
      }),
  ],
  [
    '100 items',
    () => full(item, { resources: Array.from({ length: 1_000 }, (_, at) => `businessProduct/b/items/i-${at % 100}`) }),
  ],
];

test.each(taken)('%s: to read a body that is delivered costs at most 100 ms of CPU', (_, make) => {
  const bytes = make();
  expect(read('eventbridge', bytes, context)).toMatchObject({ outcome: 'deliver' });
  expect(Math.min(...[1, 2, 3].map(() => cpuMsOf(() => read('eventbridge', bytes, context))))).toBeLessThan(mostCpuMs);
});

test.each(shapes)('%s: to read the largest body costs at most 100 ms of CPU', (what, make) => {
  const envelope: Envelope = what.includes('webhook') ? 'webhook' : 'eventbridge';
  const bytes = make();
  expect(bytes.length).toBeLessThanOrEqual(largestBodyBytes);
  expect(bytes.length).toBeGreaterThan(largestBodyBytes - 8_000);
  const costs = [1, 2, 3].map(() => cpuMsOf(() => read(envelope, bytes, context)));
  expect(Math.min(...costs)).toBeLessThan(mostCpuMs);
});
