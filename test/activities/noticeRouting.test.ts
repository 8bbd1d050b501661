import fc from 'fast-check';
import { channelsFor } from '../../src/activities/noticeRouting.ts';
import { morningDigestId } from '../../src/workflows/morningDigest/contract.ts';
import type { NoticeRoute } from '../../src/channels/port.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';

const notice: Notice = {
  id: 'notice-1',
  kind: 'opening',
  severity: 'warning',
  account: '111122223333',
  workflowId: 'change-set:cs-1',
  title: 'A title',
  lines: [],
  nextStep: 'Do it',
};
const routes: readonly NoticeRoute[] = [
  { channels: ['log'], showBuyers: false },
  { channels: ['team'], severity: 'warning', showBuyers: false },
  { channels: ['pager'], severity: 'critical', showBuyers: false },
  { channels: ['partners', 'team'], accounts: ['444455556666'], showBuyers: true },
];
const names = (changes: Partial<Notice>): string[] => [...channelsFor({ ...notice, ...changes }, routes).keys()];

test.each([
  ['information', ['log']],
  ['warning', ['log', 'team']],
  ['critical', ['log', 'team', 'pager']],
] as const)('a severity is the least one: %s goes to %j', (severity, expected) => {
  expect(names({ severity })).toEqual(expected);
  expect(names({ severity, kind: 'reminder' })).toEqual(expected);
});

test.each(['acknowledgement', 'resolution'] as const)(
  'anyone who was notified of the beginning is notified of an %s',
  (kind) => {
    expect(names({ kind, severity: 'information' })).toEqual(['log', 'team', 'pager']);
  },
);

test('an account has routes of its own; a channel that two routes name is there once', () => {
  expect(names({ account: '444455556666' })).toEqual(['log', 'team', 'partners']);
});

test('buyers are shown where one of the routes that lead there allows it', () => {
  const grants = channelsFor({ ...notice, account: '444455556666' }, routes);
  expect([...grants].map(([name, { showBuyers }]) => [name, showBuyers])).toEqual([
    ['log', false],
    ['team', true],
    ['partners', true],
  ]);
  expect(channelsFor(notice, routes).get('team')).toEqual({ showBuyers: false });
});

const severity = fc.constantFrom('information', 'warning', 'critical');
const kind = fc.constantFrom('opening', 'reminder', 'acknowledgement', 'resolution');
const account = fc.constantFrom('1', '2', '3');
const anyRoute: fc.Arbitrary<NoticeRoute> = fc
  .record({
    severity: fc.option(severity, { nil: undefined }),
    accounts: fc.option(fc.array(account, { minLength: 1 }), { nil: undefined }),
    channels: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    showBuyers: fc.boolean(),
  })
  .map(({ severity: least, accounts, ...rest }) => ({
    ...rest,
    ...(least === undefined ? {} : { severity: least }),
    ...(accounts === undefined ? {} : { accounts }),
  }));

test('anyone who gets the opening of a matter gets all that follows at the same severity, and every end', () => {
  fc.assert(
    fc.property(fc.array(anyRoute), account, severity, severity, kind, (all, of, opened, later, followed) => {
      const opening = channelsFor({ ...notice, account: of, severity: opened }, all);
      const ends = followed === 'acknowledgement' || followed === 'resolution';
      const after = channelsFor({ ...notice, account: of, kind: followed, severity: ends ? later : opened }, all);
      for (const name of opening.keys()) expect(after.has(name)).toBe(true);
    }),
  );
});

test('no route for another account, and none that hides buyers, shows them', () => {
  fc.assert(
    fc.property(fc.array(anyRoute), account, severity, kind, (all, of, how, what) => {
      for (const [name, { showBuyers }] of channelsFor({ ...notice, account: of, severity: how, kind: what }, all)) {
        const open = all.filter((one) => one.channels.includes(name) && one.showBuyers);
        const allowed = open.some(({ accounts }) => accounts === undefined || accounts.includes(of));
        expect(showBuyers && !allowed).toBe(false);
      }
    }),
  );
});

const withTopics: fc.Arbitrary<NoticeRoute> = fc
  .tuple(anyRoute, fc.constantFrom(undefined, ['changeSet.succeeded'] as const))
  .map(([route, topics]) => (topics === undefined ? route : { ...route, topics }));
const topic = 'changeSet.succeeded';

test('a notice with a topic goes where the topic is named for its account, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(withTopics), account, severity, (all, of, how) => {
      const found = channelsFor({ ...notice, account: of, severity: how, kind: 'report', topic }, all);
      for (const name of found.keys()) {
        const naming = all.filter((one) => one.channels.includes(name) && one.topics !== undefined);
        expect(naming.some(({ accounts }) => accounts === undefined || accounts.includes(of))).toBe(true);
      }
      const unbounded = all.filter(({ topics, accounts, severity: least }) => topics && !accounts && !least);
      for (const name of unbounded.flatMap(({ channels }) => channels)) expect(found.has(name)).toBe(true);
    }),
  );
});

test('a notice without a topic goes as if the routes with topics were not there', () => {
  fc.assert(
    fc.property(fc.array(withTopics), account, severity, kind, (all, of, how, what) => {
      const one = { ...notice, account: of, severity: how, kind: what };
      const without = all.filter(({ topics }) => topics === undefined);
      expect([...channelsFor(one, all)]).toEqual([...channelsFor(one, without)]);
    }),
  );
});

describe('grouping', () => {
  const off = { channels: ['team'], showBuyers: false, grouping: 'off' } as const;
  const few = { channels: ['team', 'pager'], showBuyers: false, grouping: { first: 2, everyMs: 60_000 } } as const;
  const none = { channels: ['team'], showBuyers: false } as const;

  test.each([
    [[none], undefined],
    [[few, none], few.grouping],
    [[none, few], few.grouping],
    [[off, few], 'off'],
    [[few, off], 'off'],
  ] as const)('of a channel that several routes lead to, one that groups nothing counts: %#', (given, expected) => {
    expect(channelsFor(notice, given).get('team')?.grouping).toEqual(expected);
  });

  test('a digest goes through its own channel only, and whatever the route is for', () => {
    const digest: Notice = { ...notice, through: 'pager', severity: 'information', kind: 'report' };
    expect([...channelsFor(digest, [...routes, few]).keys()]).toEqual(['pager']);
    // Where no route leads there any more, it goes where any notice would.
    expect([...channelsFor({ ...digest, through: 'gone' }, routes).keys()]).toEqual(['log']);
  });
});

test('a morning digest goes through the channels of the route that has asked for it, and nowhere else', () => {
  const morningDigest = { at: '07:30', timeZone: 'UTC' };
  const some = fc.tuple(withTopics, fc.boolean()).map(([one, asks]) => (asks ? { ...one, morningDigest } : one));
  fc.assert(
    fc.property(fc.array(some), anyRoute, severity, (others, its, how) => {
      const route = morningDigestId(its);
      const digest = { ...notice, account: 'all', severity: how, kind: 'report', route } as const;
      const asking = others.filter((one) => one.morningDigest !== undefined && morningDigestId(one) === route);
      expect([...channelsFor(digest, others).keys()].toSorted()).toEqual(
        [...new Set(asking.flatMap(({ channels }) => channels))].toSorted(),
      );
      const found = channelsFor(digest, [...others, { ...its, topics: [], morningDigest }]);
      expect([...found.keys()].toSorted()).toEqual([...new Set(its.channels)].toSorted());
    }),
  );
});

test('a route without a topic of its own takes no other notice', () => {
  const only = { channels: ['a'], showBuyers: false, topics: [], morningDigest: { at: '07:30', timeZone: 'UTC' } };
  expect(channelsFor(notice, [only]).size).toBe(0);
  expect(channelsFor({ ...notice, topic }, [only]).size).toBe(0);
});
