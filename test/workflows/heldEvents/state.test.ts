import { readHeldEvents } from '../../../src/workflows/heldEvents/carried.ts';
import fc from 'fast-check';
import { heldEventsDefaults as policy } from '../../../src/policies/defaults.ts';
import { heldEventsDetails, heldEventsStatus } from '../../../src/workflows/heldEvents/details.ts';
import type { Heading, Settled, SettleResult } from '../../../src/workflows/heldEvents/contract.ts';
import {
  newHeldEvents,
  stampOf,
  stateName,
  type HeldEventsCase,
  type HeldEventsMessage,
} from '../../../src/workflows/heldEvents/state.ts';
import { next } from '../../../src/workflows/heldEvents/transitions/next.ts';
import { readRefused, readSeen } from '../../../src/workflows/heldEvents/workflow.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

const { pausesMs } = policy;
const [firstPauseMs = 0] = pausesMs;
const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const dayMs = 86_400_000;
const operator = { actor: 'ann', reason: 'nobody needs them' };
const byAccount: Heading = { by: 'account', account: '111122223333' };
const byKind: Heading = { by: 'kind', kind: 'aws.marketplacecatalog/Change Set Started', key: 'key-1' };
const digest = (index: number): string => index.toString(16).padStart(64, '0');

/** Events of a heading that take messages, and all that they have sent. */
class Played {
  nowMs = startMs;
  readonly notices: Notice[] = [];
  held: HeldEventsCase;

  constructor(heading: Heading) {
    this.held = newHeldEvents({ version: 1, heading }, startMs);
  }

  take(...messages: readonly HeldEventsMessage[]): this {
    for (const message of messages) {
      const transition = next(this.held, message, { policy, nowMs: this.nowMs });
      // Every state can be carried to another run.
      this.held = readHeldEvents(transition.state);
      this.notices.push(...transition.notices);
    }
    return this;
  }

  seen(index: number, values: { catalog?: string } = {}): this {
    const receivedAt = new Date(this.nowMs).toISOString();
    return this.take({
      type: 'seen',
      message: { count: 1, receivedAt, reason: 'not configured', sha256: digest(index), ...values },
    });
  }

  /** A pass that began now. */
  settled(result: Partial<SettleResult>, stamp: number = stampOf(this.held)): this {
    return this.take({
      type: 'settled',
      stamp,
      result: { settled: [], decided: [], isCut: false, ...result },
    });
  }

  get state() {
    return stateName(this.held);
  }

  get sent() {
    return this.notices.map(({ kind, severity }) => `${kind} ${severity}`);
  }
}

const gone = (index: number, became: Settled['became'] = 'replayed', arrivals = 1): Settled => ({
  sha256: digest(index),
  arrivals,
  became,
});
const asked = () => new Played(byAccount).seen(1).seen(2).settled({});

describe('an account that is not configured', () => {
  test('is checked first, and asked about once', () => {
    const played = new Played(byAccount).seen(1);
    expect([played.state, played.sent]).toEqual(['replaying', []]);
    played.settled({}).seen(2).seen(2).settled({});
    expect(played.state).toBe('awaitingConfiguration');
    expect(played.sent).toEqual(['opening warning']);
    expect(heldEventsStatus(played.held)).toMatchObject({ count: 2, held: 2, commands: ['replay', 'discard'] });
    expect(heldEventsDetails(played.held)).toContain('Needs a decision');
  });

  test('once configured: each is replayed, waited for, and the question closes', () => {
    const played = asked().take({ type: 'configurationTaken' });
    expect(played.state).toBe('replaying');
    played.settled({ decided: [digest(1), digest(2)] });
    expect(played.held.phase).toEqual({ name: 'replaying', pass: 1, pauseUntilMs: startMs + firstPauseMs });
    played.settled({ settled: [gone(1)], decided: [digest(2)] }).settled({ settled: [gone(2)] });
    expect(played.state).toBe('replayed');
    expect(played.sent).toEqual(['opening warning', 'resolution information']);
    expect(played.notices.at(-1)?.lines).toContain('2 events replayed.');
  });

  test('what arrives during a pass is in the next one, at once', () => {
    const played = asked().take({ type: 'configurationTaken' });
    const stamp = stampOf(played.held);
    played.seen(3).settled({ settled: [gone(1), gone(2)] }, stamp);
    expect(played.held.phase).toEqual({ name: 'replaying', pass: 0, pauseUntilMs: 0 });
    played.settled({ settled: [gone(3)] });
    expect(played.state).toBe('replayed');
  });

  test('bytes that came back while a pass ran are not settled by it', () => {
    const played = asked().take({ type: 'configurationTaken' });
    const stamp = stampOf(played.held);
    played.seen(1).settled({ settled: [gone(1), gone(2)] }, stamp);
    expect(played.held.held.map(({ sha256 }) => sha256)).toEqual([digest(1)]);
    expect(played.state).toBe('replaying');
  });

  test('a configuration that is taken during a pass is checked by another', () => {
    const played = new Played(byAccount).seen(1);
    const stamp = stampOf(played.held);
    played.take({ type: 'configurationTaken' }).settled({}, stamp);
    expect(played.held.phase).toEqual({ name: 'replaying', pass: 0, pauseUntilMs: 0 });
    expect(played.sent).toEqual([]);
  });

  test('what does not come to an end is asked about again, without another notice', () => {
    const played = asked().take({ type: 'configurationTaken' });
    for (let pass = 0; pass <= pausesMs.length; pass += 1) {
      expect(played.state).toBe('replaying');
      played.settled({ decided: [digest(1), digest(2)] });
    }
    expect(played.state).toBe('awaitingConfiguration');
    expect(played.sent).toEqual(['opening warning']);
    expect(played.held.notes).toEqual([expect.stringContaining('2 events did not come to an end')]);
  });

  const lacks = (account: boolean, ...catalogs: string[]) => ({ lacking: { account, catalogs } });
  const china = 'AWSMarketplaceChina';

  test('configured without the catalog: it is named, and the account’s own routes get the question', () => {
    const played = new Played(byAccount).seen(1, { catalog: china }).settled(lacks(false, china));
    const [opening] = played.notices;
    expect(opening).toMatchObject({
      account: '111122223333',
      title: `Events of account 111122223333 are held: its catalog ${china} is not configured`,
      nextStep: expect.stringMatching(/^Add the catalog AWSMarketplaceChina to accounts\.111122223333\.catalogs\./),
    });
    expect(heldEventsDetails(played.held)).toContain(`whose catalog ${china} is not configured`);
    for (const text of [JSON.stringify(opening), heldEventsDetails(played.held)]) {
      expect(text).not.toMatch(/ account \d+ is not configured|it is not configured|add accounts\.111122223333 to/i);
    }
  });

  test('an account that is not configured is asked for with the catalogs that its events need', () => {
    const played = new Played(byAccount)
      .seen(1, { catalog: china })
      .seen(2, { catalog: 'AWSMarketplace' })
      .settled(lacks(true, china, 'AWSMarketplace'));
    expect(played.notices).toMatchObject([
      {
        account: 'unknown',
        title: 'Events of account 111122223333 are held: it is not configured',
        nextStep: expect.stringContaining(`with the catalogs ${china}, AWSMarketplace.`),
      },
    ]);
  });

  test('configured afterwards without the catalog: the one question ends, and the account’s begins', () => {
    const played = new Played(byAccount)
      .seen(1, { catalog: china })
      .seen(2, { catalog: 'AWSMarketplace' })
      .settled(lacks(true, china, 'AWSMarketplace'))
      .take({ type: 'configurationTaken' })
      .settled({ settled: [gone(2)], ...lacks(false, china) });
    expect(played.notices.map(({ kind, account }) => `${kind} ${account}`)).toEqual([
      'opening unknown',
      'resolution unknown',
      'opening 111122223333',
    ]);
    expect(new Set(played.notices.map(({ id }) => id)).size).toBe(3);
    const expected = `Account 111122223333 is configured, but its catalog ${china} is not (accounts.111122223333.catalogs).`;
    expect(heldEventsStatus(played.held)).toMatchObject({ state: 'awaitingConfiguration', reason: expected });
    played.take({ type: 'configurationTaken' }).settled(lacks(false, china));
    expect(played.notices).toHaveLength(3);
    played.take({ type: 'configurationTaken' }).settled({ settled: [gone(1)], ...lacks(false) });
    expect(played.notices.at(-1)).toMatchObject({ kind: 'resolution', account: '111122223333' });
  });

  test('what a lagging ingress holds of an account that is configured is checked at once', () => {
    const waiting = () => new Played(byAccount).seen(1, { catalog: china }).settled(lacks(false, china));
    expect(waiting().seen(2, { catalog: china }).state).toBe('awaitingConfiguration');
    expect(waiting().seen(2, { catalog: 'AWSMarketplace' }).state).toBe('replaying');
    expect(waiting().seen(2).state).toBe('replaying');
  });

  const refused = (atMs: number, most = 2): HeldEventsMessage => ({
    type: 'refused',
    message: { count: 3, refusedAt: new Date(atMs).toISOString(), most },
  });

  test('when no more may be held, operators get one critical notice, until there is room and a day has passed', () => {
    const played = asked().take(refused(startMs), refused(startMs + 1));
    expect(played.sent).toEqual(['opening warning', 'reminder critical']);
    expect(played.notices.at(-1)).toMatchObject({
      title: 'Events of account 111122223333 are refused: 2 are held, and no more may be',
      dueAt: new Date(startMs + dayMs).toISOString(),
      nextStep: expect.stringContaining('steward discard unconfigured:111122223333'),
    });
    expect(heldEventsStatus(played.held)).toMatchObject({
      refused: 6,
      full: { since: new Date(startMs).toISOString(), most: 2 },
    });
    expect(heldEventsDetails(played.held)).toContain('**refused so far:** 6 times');
    played.take({ type: 'replay', command: operator }).settled({ settled: [gone(1)] });
    expect(heldEventsStatus(played.held).full).toBeUndefined();
    expect(heldEventsStatus(played.held).refused).toBe(6);
    played.take(refused(startMs + 2));
    expect(played.sent).toHaveLength(2);
    played.nowMs += dayMs;
    expect(played.take({ type: 'dateDue' }).sent).toEqual([
      'opening warning',
      'reminder critical',
      'reminder critical',
    ]);
    expect(new Set(played.notices.map(({ id }) => id)).size).toBe(3);
  });

  test('a refusal during the first check is no notice where the account is configured after all', () => {
    const configured = new Played(byAccount)
      .seen(1)
      .take(refused(startMs, 1))
      .settled({ settled: [gone(1)] });
    expect([configured.state, configured.sent]).toEqual(['replayed', []]);
    const waiting = new Played(byAccount).seen(1).take(refused(startMs, 1)).settled({});
    expect(waiting.sent).toEqual(['opening warning', 'reminder critical']);
  });

  test('an event that is let in after the refusals says that there is room', () => {
    const played = asked().take(refused(startMs));
    expect(heldEventsStatus(played.seen(3).held).full).toBeDefined();
    played.nowMs += 1;
    expect(heldEventsStatus(played.seen(4).held).full).toBeUndefined();
  });

  test('a replay that fails goes back to the question, and says why', () => {
    const played = asked().take({ type: 'replay', command: operator }, { type: 'notSettled', sentence: 'It failed.' });
    expect(played.state).toBe('awaitingConfiguration');
    expect(played.held.notes).toEqual(['It failed.']);
  });

  test('an operator discards what is held, and no event that arrives later', () => {
    const played = asked().take({ type: 'discard', command: operator }).seen(3);
    played.settled({ settled: [gone(1, 'discarded'), gone(2, 'discarded')] });
    expect(played.state).toBe('awaitingConfiguration');
    expect(played.held.held.map(({ sha256 }) => sha256)).toEqual([digest(3)]);
    const all = asked()
      .take({ type: 'discard', command: operator })
      .settled({ settled: [gone(1, 'discarded'), gone(2, 'discarded')] });
    expect([all.state, all.sent]).toEqual(['discarded', ['opening warning', 'resolution information']]);
    expect(heldEventsStatus(all.held).audit).toMatchObject([{ command: 'discard', ...operator }]);
  });

  test('a cancellation discards as well: held bytes must not be left to nobody', () => {
    const played = asked().take({ type: 'cancel', command: operator });
    expect(played.state).toBe('discarding');
    expect(played.held.held.every(({ isDoomed }) => isDoomed)).toBe(true);
  });

  test('before the first bytes expire operators are reminded once; what has expired is a warning', () => {
    const played = asked();
    played.nowMs = startMs + 27 * dayMs - 1;
    expect(played.take({ type: 'dateDue' }).sent).toEqual(['opening warning']);
    played.nowMs += 1;
    expect(played.take({ type: 'dateDue' }, { type: 'dateDue' }).sent).toEqual(['opening warning', 'reminder warning']);
    expect(played.state).toBe('awaitingConfiguration');
    played.nowMs = startMs + 30 * dayMs + 60_000;
    expect(played.take({ type: 'dateDue' }).state).toBe('replaying');
    played.settled({ settled: [gone(1, 'expired'), gone(2, 'expired')] });
    expect(played.state).toBe('expired');
    expect(played.sent.at(-1)).toBe('resolution warning');
  });

  test('bytes expire as their own workflow has it, whatever was configured when the question began', () => {
    const receivedAt = new Date(startMs).toISOString();
    const arrival = { count: 1, receivedAt, reason: 'not configured', sha256: digest(3), keepMs: 8 * dayMs };
    const played = asked().take({ type: 'seen', message: arrival });
    played.settled({});
    played.nowMs = startMs + 5 * dayMs - 1;
    expect(played.take({ type: 'dateDue' }).sent).toEqual(['opening warning']);
    played.nowMs += 1;
    expect(played.take({ type: 'dateDue' }).sent).toEqual(['opening warning', 'reminder warning']);
    played.nowMs = startMs + 8 * dayMs + 60_000;
    expect(played.take({ type: 'dateDue' }).state).toBe('replaying');
  });

  test('bytes that should have expired and have not are no loop without a pause', () => {
    const played = asked();
    played.nowMs = startMs + 30 * dayMs + 60_000;
    played.take({ type: 'dateDue' }).settled({});
    expect(played.take({ type: 'dateDue' }).state).toBe('awaitingConfiguration');
    played.nowMs += 3_600_000;
    expect(played.take({ type: 'dateDue' }).state).toBe('replaying');
  });

  test('an event in the moment of closing is a matter of its own', () => {
    const played = new Played(byAccount).seen(1).settled({ settled: [gone(1)] });
    expect([played.state, played.sent]).toEqual(['replayed', []]);
    expect(played.seen(2).state).toBe('replaying');
    expect(heldEventsStatus(played.held)).toMatchObject({ count: 1, held: 1, replayed: 0 });
  });

  test('bytes that turned out unreadable ask on their own, and are named', () => {
    const played = asked()
      .take({ type: 'configurationTaken' })
      .settled({ settled: [gone(1), gone(2, 'quarantined')] });
    expect(played.state).toBe('replayed');
    expect(played.notices.at(-1)?.lines.join(' ')).toContain('1 event could not be read');
  });
});

describe('a kind that no document names', () => {
  const report = (count: number): HeldEventsMessage => ({
    type: 'seen',
    message: { count, receivedAt: new Date(startMs).toISOString(), reason: 'unknown' },
  });

  test('is reported once, asks nobody, and is counted', () => {
    const played = new Played(byKind).seen(1).seen(2).take(report(40));
    expect([played.state, played.sent]).toEqual(['recorded', ['report information']]);
    expect(heldEventsStatus(played.held)).toMatchObject({ count: 42, held: 2 });
  });

  test('a replay that this version cannot carry out ends soon, and leaves it as it was', () => {
    const played = new Played(byKind).seen(1).take({ type: 'replay', command: operator });
    for (let pass = 0; pass < 3; pass += 1) played.settled({ decided: [digest(1)] });
    expect([played.state, played.sent]).toEqual(['recorded', ['report information']]);
  });

  test('once closed it takes no more events, and reports nothing again', () => {
    const played = new Played(byKind).take(report(1), { type: 'discard', command: operator }).settled({});
    expect(played.state).toBe('discarded');
    played.take(report(1)).seen(1);
    expect([played.state, played.sent]).toEqual(['discarded', ['report information']]);
  });
});

test('whatever comes, in whatever order: no event is forgotten that was not settled, and the state fits its bound', () => {
  const index = fc.integer({ min: 1, max: 6 });
  const became = fc.constantFrom<Settled['became']>('replayed', 'discarded', 'expired', 'quarantined', 'unknown');
  const settledOf = fc.record({ at: index, became, arrivals: fc.integer({ min: 1, max: 3 }) });
  const message = fc.oneof(
    index.map((at) => (played: Played) => played.seen(at)),
    fc.record({ settled: fc.array(settledOf, { maxLength: 4 }), decided: fc.array(index), isCut: fc.boolean() }).map(
      ({ settled, decided, isCut }) =>
        (played: Played) =>
          played.settled({
            settled: settled.map(({ at, became: how, arrivals }) => gone(at, how, arrivals)),
            decided: decided.map(digest),
            isCut,
          }),
    ),
    fc
      .constantFrom<HeldEventsMessage>(
        { type: 'configurationTaken' },
        { type: 'replay', command: operator },
        { type: 'discard', command: operator },
        { type: 'dateDue' },
        { type: 'refused', message: { count: 2, refusedAt: new Date(startMs).toISOString(), most: 4 } },
        { type: 'notSettled', sentence: 'away' },
      )
      .map((each) => (played: Played) => played.take(each)),
    fc.integer({ min: 1, max: 40 * dayMs }).map((ms) => (played: Played) => {
      played.nowMs += ms;
      return played;
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(byAccount, byKind), fc.array(message, { maxLength: 60 }), (heading, steps) => {
      const played = new Played(heading);
      for (const step of steps) {
        const before = played.held;
        step(played);
        const left = before.held.filter(({ sha256 }) => !played.held.held.some((event) => event.sha256 === sha256));
        const settledNow = Object.values(played.held.became).reduce((sum, count) => sum + count, 0);
        const settledBefore = Object.values(before.became).reduce((sum, count) => sum + count, 0);
        // A closed heading begins from nothing with its next event.
        expect(before.phase.name === 'ended' || left.length === settledNow - settledBefore).toBe(true);
        expect(played.held.phase.name !== 'ended' || played.held.held.length === 0).toBe(true);
        expect(heldEventsDetails(played.held).length).toBeLessThanOrEqual(4_000);
      }
      const firsts = played.notices.filter(({ kind }) => kind === 'opening' || kind === 'report');
      const ends = played.notices.filter(({ kind }) => kind === 'resolution');
      expect(firsts.length).toBeLessThanOrEqual(ends.length + 1);
    }),
    { numRuns: 300 },
  );
});

test('a signal that names no events is refused with its fields', () => {
  const right = { count: 1, receivedAt: '2026-03-01T12:00:00.000Z', reason: 'why', sha256: digest(1) };
  expect(readSeen(right)).toBe(right);
  for (const [field, value] of [
    ['count', 0],
    ['receivedAt', 'soon'],
    ['reason', ''],
    ['sha256', 'abc'],
    ['catalog', 7],
  ] as const) {
    expect(readSeen({ ...right, [field]: value })).toContain(field);
  }
  for (const nothing of [undefined, null, 7, 'text', []]) expect(readSeen(nothing)).toEqual(expect.any(String));
});

test('a signal that names no refusals is refused with its fields', () => {
  const right = { count: 1, refusedAt: '2026-03-01T12:00:00.000Z', most: 1_000 };
  expect(readRefused(right)).toBe(right);
  for (const [field, value] of [
    ['count', -1],
    ['refusedAt', 'soon'],
    ['most', 0.5],
  ] as const) {
    expect(readRefused({ ...right, [field]: value })).toContain(field);
  }
  for (const nothing of [undefined, null, 7, 'text', []]) expect(readRefused(nothing)).toEqual(expect.any(String));
});
