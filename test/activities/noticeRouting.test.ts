import fc from 'fast-check';
import { channelsFor } from '../../src/activities/noticeRouting.ts';
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
