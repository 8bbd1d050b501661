import fc from 'fast-check';
import { toInstant } from '../../src/events/instants.ts';
import { allFixtures, eventsOf, fixture, parseBody, withValue } from './fixtures.ts';
import type { FixtureName, Path } from './fixtures.ts';

const written = fc
  .record({
    instant: fc.date({
      min: new Date('0002-01-01T00:00:00Z'),
      max: new Date('9998-12-31T00:00:00Z'),
      noInvalidDate: true,
    }),
    offsetMinutes: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    colon: fc.boolean(),
    mark: fc.constantFrom('.', ','),
  })
  .map(({ instant, offsetMinutes, colon, mark }) => {
    const local = new Date(instant.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1).replace('.', mark);
    const two = (value: number) => String(value).padStart(2, '0');
    const size = Math.abs(offsetMinutes);
    const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon ? ':' : ''}${two(size % 60)}`;
    return { text: `${local}${offset}`, instant: instant.toISOString() };
  });

test('any offset gives the same instant', () => {
  fc.assert(
    fc.property(written, ({ text, instant }) => {
      expect(toInstant(text)).toBe(instant);
    }),
  );
});

test.each([
  ['2025-01-20T12:34:56Z', '2025-01-20T12:34:56.000Z'],
  ['2025-01-20T12:34:56+02', '2025-01-20T10:34:56.000Z'],
  ['2025-01-20T12:34+0530', '2025-01-20T07:04:00.000Z'],
  ['2025-01-20T12:34:56.123456789Z', '2025-01-20T12:34:56.123Z'],
  ['2025-01-20T12:34:56-00:00', '2025-01-20T12:34:56.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
])('%s', (text, instant) => {
  expect(toInstant(text)).toBe(instant);
});

test.each([
  '',
  '2025-01-20',
  '2025-01-20T12:34:56',
  '2025-01-20 12:34:56Z',
  '2025-02-29T00:00:00Z',
  '2025-13-01T00:00:00Z',
  '2025-01-20T25:00:00Z',
  '2025-01-20T12:60:00Z',
  '2025-01-20T12:34:56+25:00',
  '2025-01-20T12:34:56ZZ',
  ' 2025-01-20T12:34:56Z',
  '2025-01-20T12:34:56Z\n',
  '9999-12-31T23:59:59-23:59',
  '0000-01-01T00:00:00+23:59',
  'Mon, 20 Jan 2025 12:34:56 GMT',
  '1737376496',
  `2025-01-20T12:34:56.${'1'.repeat(100_000)}Z`,
])('%# is none', (text) => {
  expect(toInstant(text)).toBeUndefined();
});

const timeFields: [FixtureName, Path, (event: object) => unknown][] = allFixtures.flatMap((name) => {
  const fields: [FixtureName, Path, (event: object) => unknown][] = [];
  const add = (path: Path, read: Path): void => {
    fields.push([
      name,
      path,
      (event) => read.reduce((value, step) => Reflect.get(Object(value), step), event as unknown),
    ]);
  };
  if (name === 'buyabilityChanged.webhook') add(['eventTime'], ['eventTime']);
  else if (name === 'buyabilityChanged.eventBridge') add(['detail', 'eventTime'], ['eventTime']);
  else add(['time'], ['occurredAt']);
  if (name === 'buyabilityChanged.eventBridgeDeprecated') add(['time'], ['eventTime']);
  if (name.startsWith('changeSet')) {
    add(['detail', 'StartTime'], ['startTime']);
    add(['detail', 'EndTime'], ['endTime']);
  }
  if (name.startsWith('offerReleased')) add(['detail', 'offer', 'expirationDate'], ['offer', 'expirationDate']);
  if (name === 'offerSetReleased') add(['detail', 'offerSet', 'expirationDate'], ['offerSet', 'expirationDate']);
  if (name === 'securityReportCreated') {
    add(['detail', 'upcomingResolutionDueDate'], ['upcomingResolutionDueDate']);
  }
  return fields;
});

test.each(timeFields)('%s %j: any offset gives the same instant in the event', (name, path, read) => {
  fc.assert(
    fc.property(written, ({ text, instant }) => {
      const [event] = eventsOf(parseBody(name, withValue(fixture(name), path, text)));
      expect(event && read(event)).toBe(instant);
    }),
    { numRuns: 30 },
  );
});
