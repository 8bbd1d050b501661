import { readDigest } from '../../../src/workflows/noticeDigest/carried.ts';
import fc from 'fast-check';
import { shiftQuestions } from '../../../src/delivery/shift.ts';
import { observedMatter, type NoticeToGroup } from '../../../src/workflows/noticeDigest/contract.ts';
import { digestDetails } from '../../../src/workflows/noticeDigest/details.ts';
import { digestSubject } from '../../../src/workflows/noticeDigest/subject.ts';
import { newDigest, stateName, type DigestMessage } from '../../../src/workflows/noticeDigest/state.ts';
import { next, refusal } from '../../../src/workflows/noticeDigest/transitions/next.ts';
import { readGrouped } from '../../../src/workflows/noticeDigest/workflow.ts';
import { fitCarried } from '../../../src/workflows/shared/unsent.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

const everyMs = 900_000;
const workflowId = 'notice-digest:team:change-set:123456789012';
const subject = { channel: 'team', account: '123456789012', matter: 'change-set' };
const grouped = (id: string, more: Partial<NoticeToGroup> = {}): DigestMessage => ({
  type: 'grouped',
  notice: { id, kind: 'opening', severity: 'warning', title: `Title of ${id}`, ...more },
});
const elapsed: DigestMessage = { type: 'elapsed' };

/** Each message with the minutes after which it comes. */
function after(...steps: readonly (readonly [minutes: number, message: DigestMessage])[]) {
  return afterIn({ workflowId, subject, everyMs }, steps);
}

function afterIn(
  about: Parameters<typeof newDigest>[0],
  steps: readonly (readonly [minutes: number, message: DigestMessage])[],
) {
  let nowMs = 0;
  let state = newDigest(about, nowMs);
  const notices: Notice[] = [];
  for (const [minutes, message] of steps) {
    nowMs += minutes * 60_000;
    const step = next(state, message, { policy: { runId: 'run' }, nowMs });
    // Every state can be carried to another run.
    state = readDigest(step.state);
    notices.push(...step.notices);
  }
  return { state, notices };
}

test('at the end of a period one digest names each decision, and its numbers add up', () => {
  const { state, notices } = after(
    [0, grouped('a')],
    [1, grouped('b', { kind: 'reminder' })],
    [1, grouped('c', { kind: 'resolution', severity: 'information' })],
    [1, grouped('a')],
    [12, elapsed],
  );
  expect(notices).toEqual([
    {
      id: expect.stringMatching(/:run:1:[0-9a-f]{16}$/) as string,
      kind: 'opening',
      severity: 'warning',
      account: '123456789012',
      workflowId,
      through: 'team',
      title: '3 more notices of account 123456789012 (change-set)',
      lines: [
        '3 in all = 1 opening + 1 reminder + 1 resolution.',
        'Title of a (a)',
        'Title of b (b)',
        'Title of c (c)',
      ],
      decisions: ['a', 'b', 'c'],
      nextStep: 'List what needs a decision: steward list --attention',
    },
  ]);
  expect(state).toMatchObject({ waiting: [], reported: 3, digests: 1, lastDecisions: ['a', 'b', 'c'] });
});

test('a digest of other decisions has another identity, also after a reset under the same number', () => {
  const idsOf = (...ids: string[]) =>
    after(...ids.map((id) => [0, grouped(id)] as const), [15, elapsed]).notices[0]?.id;
  expect(idsOf('a', 'b')).toBe(idsOf('a', 'b'));
  expect(idsOf('a', 'b')).not.toBe(idsOf('a', 'b', 'c'));
});

test('one that comes again behind thousands of others is reported once', () => {
  const many = Array.from({ length: 4_500 }, (_, at) => [0, grouped(`n-${at}`)] as const);
  const { state, notices } = after(...many, [1, grouped('n-0')], [15, elapsed]);
  expect(notices.flatMap(({ decisions = [] }) => decisions)).toHaveLength(4_500);
  expect(state.reported).toBe(4_500);
});

test('a digest of the longest identities, and the state with it, fit into what is carried', () => {
  const many = Array.from({ length: 999 }, (_, at) => {
    const title = '製'.repeat(250);
    return [0, grouped(`change-set:${'c'.repeat(240)}${at}:question:1:row11:0123456789abcdef`, { title })] as const;
  });
  const { state, notices } = after(...many);
  expect(notices.length).toBeGreaterThan(0);
  for (const notice of notices) {
    expect(fitCarried([{ notice, left: [{ channel: 'team' }] }], 'run').kept).toMatchObject([{ notice }]);
  }
  expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(500_000);
});

test('it ends after a period without any', () => {
  const { state, notices } = after([0, grouped('a')], [15, elapsed], [15, elapsed]);
  expect([stateName(state), notices.length]).toEqual(['quiet', 1]);
});

test('one that comes in the moment of closing is gathered', () => {
  const { state, notices } = after([15, elapsed], [0, grouped('a')], [15, elapsed]);
  expect([stateName(state), notices.length]).toEqual(['gathering', 1]);
});

test('a cancellation reports what waits', () => {
  const { state, notices } = after([0, grouped('a')], [1, { type: 'cancelled' }]);
  expect(stateName(state)).toBe('abandoned');
  expect(notices).toMatchObject([{ decisions: ['a'] }]);
});

test('what only says that matters are over pages nobody', () => {
  const { notices } = after([0, grouped('a', { kind: 'resolution', severity: 'information' })], [15, elapsed]);
  expect(notices).toMatchObject([{ kind: 'report', severity: 'information' }]);
});

test('of a thousand the text has as many identities as a chat shows, and says how many are left', () => {
  const many = Array.from({ length: 1_000 }, (_, at) => [0, grouped(`change-set:${at}:opening`)] as const);
  const { notices } = after(...many);
  expect(notices).toHaveLength(1);
  const { lines = [], decisions = [] } = notices[0] ?? {};
  expect(lines.length).toBeLessThanOrEqual(20);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(500);
  const left = Number(/and (\d+) more/.exec(lines.at(-1) ?? '')?.[1]);
  const shown = decisions.filter((id) => lines.some((line) => line.split(/[ ,()]+/).includes(id)));
  expect(shown.length + left).toBe(1_000);
});

test('whatever comes in whatever order: each notice is in one digest, once', () => {
  const step = fc.tuple(
    fc.integer({ min: 0, max: 20 }),
    fc.oneof(
      { weight: 5, arbitrary: fc.nat({ max: 40 }).map((id) => grouped(`n-${id}`)) },
      { weight: 1, arbitrary: fc.constant(elapsed) },
    ),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { notices, state } = after(...steps, [0, { type: 'cancelled' }]);
      const given = new Set(steps.flatMap(([, message]) => (message.type === 'grouped' ? [message.notice.id] : [])));
      const named = notices.flatMap(({ decisions = [] }) => decisions);
      expect(named.toSorted()).toEqual([...given].toSorted());
      expect(state.reported).toBe(given.size);
      expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length);
    }),
  );
});

test.each([null, 'text', {}, { id: 'a' }, { id: 'a', kind: 'other', severity: 'warning', title: 't' }])(
  'a signal with %j is no notice',
  (value) => {
    expect(readGrouped(value)).toBeUndefined();
  },
);

test('the next period is as long as the newest notice has it from the configuration', () => {
  const { state } = after([0, grouped('a')], [1, grouped('b', { everyMs: 60_000 })], [14, elapsed]);
  expect(state.phase).toEqual({ name: 'gathering', untilMs: 16 * 60_000 });
  expect(state.waiting).toEqual([]);
  // What the digest has of a notice is what it says of it.
  expect(after([0, grouped('b', { everyMs: 60_000 })]).state.waiting[0]).not.toHaveProperty('everyMs');
});

describe('what observe mode kept back', () => {
  const dayMinutes = 24 * 60;
  const about = {
    workflowId: 'notice-digest:team:observed:123456789012',
    subject: { ...subject, matter: observedMatter },
    everyMs: dayMinutes * 60_000,
  };
  const kept = (id: string) => grouped(id, { kind: 'report', severity: 'information', title: `${id}: attempt 1` });

  test('is listed once a day, each with its line, and with the way out of observe mode', () => {
    const { notices } = afterIn(about, [
      [0, kept('a')],
      [60, kept('b')],
      [0, kept('a')],
      [dayMinutes - 60, elapsed],
      [1, kept('c')],
      [dayMinutes - 1, elapsed],
    ]);
    expect(notices).toMatchObject([
      {
        kind: 'report',
        severity: 'information',
        through: 'team',
        title: 'Observe mode kept back 2 attempts of account 123456789012 that auto mode would have submitted',
        lines: ['a: attempt 1', 'b: attempt 1'],
        decisions: ['a', 'b'],
        nextStep: expect.stringContaining('set accounts.123456789012.mode to approve') as string,
      },
      { title: expect.stringContaining('1 attempt of') as string, lines: ['c: attempt 1'], decisions: ['c'] },
    ]);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(2);
  });

  test('stands in the details before the digest is sent, unlike the notices of a flood', () => {
    const waiting = afterIn(about, [
      [0, kept('a')],
      [60, kept('b')],
    ]).state;
    expect(digestDetails(waiting)).toContain('observe mode) through team');
    expect(digestDetails(waiting)).toContain('\n- a: attempt 1\n- b: attempt 1\n');
    expect(digestSubject(about.subject, 'gathering')).toBe('Notices about observe mode of 123456789012: gathering');
    expect(digestDetails(after([0, grouped('a', { title: 'a flood' })]).state)).not.toContain('a flood');
  });

  test('its list is the one of the shift’s question, of the one account', () => {
    const { notices } = afterIn(about, [
      [0, kept('a')],
      [dayMinutes, elapsed],
    ]);
    const { title, query = '' } = shiftQuestions(0).find((one) => one.query.includes('observed')) ?? {};
    expect(notices[0]?.lists).toEqual([{ title, query: `${query} AND StewardAccount="123456789012"` }]);
  });

  test('of many the text has as many as a chat shows, and says how many are left and where', () => {
    const many = Array.from({ length: 300 }, (_, at) => [0, kept(`k-${at}`)] as const);
    const { notices } = afterIn(about, [...many, [dayMinutes, elapsed]]);
    const lines = notices[0]?.lines ?? [];
    expect(notices[0]?.decisions).toHaveLength(300);
    expect(lines.length).toBeLessThanOrEqual(20);
    const left = Number(/and (\d+) more: steward show notice-digest:team:observed/.exec(lines.at(-1) ?? '')?.[1]);
    expect(lines.length - 1 + left).toBe(300);
  });
});

describe('an operator who does not want to wait', () => {
  const send: DigestMessage = {
    type: 'command',
    given: { type: 'send', command: { actor: 'ann', reason: 'to see it' } },
  };

  test('has the digest of what waits at once, and the next period begins then', () => {
    const { state, notices } = after([0, grouped('a')], [5, send], [1, grouped('b')], [10, elapsed]);
    expect(notices.map(({ decisions }) => decisions)).toEqual([['a']]);
    expect(state).toMatchObject({ phase: { name: 'gathering', untilMs: 5 * 60_000 + everyMs }, reported: 1 });
    expect(state.audit).toMatchObject([{ command: 'send', actor: 'ann', reason: 'to see it' }]);
    expect(digestDetails(state)).toContain('steward send ');
  });

  test('is refused, and offered nothing, where nothing waits', () => {
    const { state, notices } = after([0, grouped('a')], [1, send], [1, send]);
    expect(notices).toHaveLength(1);
    expect(refusal({ type: 'send' }, state)).toBe('Nothing waits: there is no digest to send.');
    expect(digestDetails(state)).not.toContain('steward send ');
    const { state: over } = after([15, elapsed]);
    expect(refusal({ type: 'send' }, over)).toContain('It has ended');
  });
});
