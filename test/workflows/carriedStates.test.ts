import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { readHealth } from '../../src/workflows/accountHealth/carried.ts';
import { readBackfill as readBackfillChangeSets } from '../../src/workflows/backfillChangeSets/carried.ts';
import { readBackfill as readBackfillItems } from '../../src/workflows/backfillItems/carried.ts';
import { readLineage } from '../../src/workflows/changeSetRemediation/carried.ts';
import { readDeadLetters } from '../../src/workflows/deadLetterQueue/carried.ts';
import { readFanOut } from '../../src/workflows/eventFanOut/carried.ts';
import { readFailingTasks } from '../../src/workflows/failingTasks/carried.ts';
import { readHeldEvents } from '../../src/workflows/heldEvents/carried.ts';
import { readItem } from '../../src/workflows/itemBuyability/carried.ts';
import { readMorning } from '../../src/workflows/morningDigest/carried.ts';
import { readDigest } from '../../src/workflows/noticeDigest/carried.ts';
import { readWatch } from '../../src/workflows/offerWatch/carried.ts';
import { readQuarantine } from '../../src/workflows/quarantinedEvent/carried.ts';
import { readSecurityCase } from '../../src/workflows/securityCase/carried.ts';
import { carriedReader, UnreadableState, type ReadCarried } from '../../src/workflows/shared/carried.ts';
import { members, number, oneOf } from '../../src/workflows/shared/shapes.ts';
import { readPermits } from '../../src/workflows/submitPermits/carried.ts';
import { readTestEvent } from '../../src/workflows/testEvent/carried.ts';

const readers: Readonly<Record<string, ReadCarried<object>>> = {
  accountHealth: readHealth,
  backfillChangeSets: readBackfillChangeSets,
  backfillItems: readBackfillItems,
  changeSetRemediation: readLineage,
  deadLetterQueue: readDeadLetters,
  eventFanOut: readFanOut,
  failingTasks: readFailingTasks,
  heldEvents: readHeldEvents,
  itemBuyability: readItem,
  morningDigest: readMorning,
  noticeDigest: readDigest,
  offerWatch: readWatch,
  quarantinedEvent: readQuarantine,
  securityCase: readSecurityCase,
  submitPermits: readPermits,
  testEvent: readTestEvent,
};
const workflows = fileURLToPath(new URL('../../src/workflows/', import.meta.url));
const here = fileURLToPath(new URL('./', import.meta.url));

/** Every shape that was ever recorded: a file for each version, with a state for each phase. None is changed later. */
const fixtures = Object.entries(readers).flatMap(([type, read]) => {
  const folder = `${here}${type}/fixtures/`;
  return readdirSync(folder).flatMap((file) => {
    const states = JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as Record<string, Record<string, unknown>>;
    return Object.entries(states).map(([name, state]) => ({ name: `${type}, ${file}, ${name}`, type, read, state }));
  });
});

function outcomeOf(read: ReadCarried<object>, value: unknown): 'read' | UnreadableState {
  try {
    read(value);
    return 'read';
  } catch (error) {
    if (!(error instanceof UnreadableState)) throw error;
    return error;
  }
}

test('every workflow that carries state has a reader and a fixture of each version', () => {
  const carrying = readdirSync(workflows).filter(
    (type) => type !== 'shared' && existsSync(`${workflows}${type}/carried.ts`),
  );
  const continuing = readdirSync(workflows).filter((type) => {
    const file = `${workflows}${type}/workflow.ts`;
    return existsSync(file) && /runCase|renewal\(/.test(readFileSync(file, 'utf8'));
  });
  expect(Object.keys(readers)).toEqual(carrying);
  expect(continuing).toEqual(carrying);
  for (const type of carrying) expect(existsSync(`${here}${type}/fixtures/carried.v1.json`)).toBe(true);
});

test.each(fixtures)('$name is read', ({ read, state }) => {
  expect(read(JSON.parse(JSON.stringify(state)))).toEqual(state);
});

test.each(fixtures)(
  '$name, without one of its members or with another in its place, is read or named',
  ({ read, state }) => {
    for (const member of Object.keys(state)) {
      const { [member]: _left, ...rest } = state;
      for (const changed of [rest, ...[null, 7, 'x', [], {}].map((value) => ({ ...state, [member]: value }))]) {
        expect(String(outcomeOf(read, changed))).toMatch(/^read$|^UnreadableState: The carried state of /);
      }
    }
    const { notes: _notes, version: _version, ...rest } = state;
    expect(outcomeOf(read, { ...rest, notes: [] })).toBeInstanceOf(UnreadableState);
  },
);

test.each(Object.entries(readers))('%s: an unknown version is named, with what this worker reads', (type, read) => {
  const found = fixtures.find((fixture) => fixture.type === type)?.state;
  const outcome = outcomeOf(read, { ...found, version: 99 });
  expect(String(outcome)).toBe(
    `UnreadableState: The carried state of ${type} has version 99, but this worker reads 1. ` +
      'Let a worker of the version that wrote it serve the workflow.',
  );
});

test.each(Object.entries(readers))('%s: whatever is carried, nothing but the named failure comes of it', (_, read) => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.jsonValue()), fc.boolean(), (value, versioned) => {
      const carried = versioned && typeof value === 'object' ? { ...value, version: 1 } : value;
      expect(['read', 'UnreadableState']).toContain(
        ((outcome) => (outcome === 'read' ? outcome : outcome.name))(outcomeOf(read, carried)),
      );
    }),
  );
});

describe('a reader of several versions', () => {
  interface Newest {
    readonly version: 3;
    readonly days: number;
  }
  const shape = members<Newest>({ version: oneOf(3), days: number });
  const read = carriedReader<Newest>('sample', 3, shape, {
    1: (carried) => ({ ...carried, version: 2, hours: 48 }),
    2: (carried) => ({ version: 3, days: ('hours' in carried ? Number(carried.hours) : 0) / 24 }),
  });

  test('goes from each to the newest', () => {
    expect(read({ version: 1 })).toEqual({ version: 3, days: 2 });
    expect(read({ version: 2, hours: 24 })).toEqual({ version: 3, days: 1 });
    expect(read({ version: 3, days: 7, newer: true })).toEqual({ version: 3, days: 7, newer: true });
  });

  test('names what it cannot read', () => {
    expect(() => read({ version: 4, days: 1 })).toThrow('has version 4, but this worker reads 1, 2, 3.');
    expect(() => read({ version: 3 })).toThrow('another shape than version 3: "carried.days" must be a number');
    expect(() => read('x')).toThrow('has nothing as its version');
    expect(() => read({ version: 'constructor' })).toThrow(UnreadableState);
  });

  test('does not go round in circles', () => {
    const circling = carriedReader<Newest>('sample', 3, shape, { 1: (carried) => carried });
    expect(() => circling({ version: 1 })).toThrow('cannot be read from version 1 on');
  });
});
