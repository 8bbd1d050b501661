import type { WorkflowExecutionInfo } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import fc from 'fast-check';
import { columnsOf, type Line } from '../../src/cli/screen.ts';
import { shiftLines } from '../../src/cli/shiftScreen.ts';
import { shiftStatus } from '../../src/cli/shiftStatus.ts';
import type { ShiftFacts } from '../../src/delivery/shiftFacts.ts';
import { dayMs, hourMs } from '../../src/workflows/shared/durations.ts';
import { searchAttributePairs, type StewardAttributes } from '../../src/workflows/shared/searchAttributes.ts';

const nowMs = Date.parse('2026-11-30T07:15:00Z');
const place = { peer: { address: '127.0.0.1:7233', namespace: 'steward', source: 'from --address' } };
const size = { columns: 80, rows: 24 };

function row(workflowId: string, attributes: Partial<StewardAttributes> = {}): WorkflowExecutionInfo {
  const all = { state: 'awaitingDecision', account: '111122223333', attention: true, ...attributes };
  const info: Partial<WorkflowExecutionInfo> = {
    type: 'changeSetRemediation',
    workflowId,
    runId: 'run',
    status: { code: 1, name: 'RUNNING' },
    startTime: new Date(nowMs - 3 * dayMs),
    typedSearchAttributes: new TypedSearchAttributes(searchAttributePairs(all)),
  };
  return info as WorkflowExecutionInfo;
}

const due = (hours: number): string => new Date(nowMs + hours * hourMs).toISOString();
const quiet: ShiftFacts = {
  nowMs,
  running: { rows: [], totals: { overdue: 0, dueToday: 0, needsDecision: 0, waiting: 0, informational: 0 }, nowMs },
  due: { total: 0, rows: [] },
  retrying: { total: 0, rows: [] },
  lost: { roundsWithLost: 0, quarantined: 0, held: 0, recorded: 0, deadLetterQueues: 0 },
  done: { sinceMs: nowMs - dayMs, total: 0, states: [], others: 0, failed: 0 },
  workers: { workflows: 3_000, aws: 1_000, buyWithPrime: 2_000, notices: 40_000 },
  failingTasks: { total: 0, causes: [] },
};
const needs = Array.from({ length: 40 }, (_, index) =>
  row(`change-set:76yesvf8y165pa4f98td2c${index}`, { subject: `Acme Scanner ${index}: SCAN_ERROR` }),
);
const busy: ShiftFacts = {
  ...quiet,
  running: {
    rows: [row('security:111122223333', { dueAt: due(-50), subject: 'Security issues of 111122223333' }), ...needs],
    totals: { overdue: 1, dueToday: 0, needsDecision: 1_400, waiting: 20, informational: 5 },
    nowMs,
  },
  due: { total: 2, rows: [row('offer:1', { dueAt: due(30) }), row('offer:2', { dueAt: due(90) })] },
  retrying: {
    total: 9,
    rows: [
      {
        workflow: row('change-set:retry1', { state: 'retrying', subject: 'Acme' }),
        pending: {
          type: 'submitSuccessor',
          attempt: 4,
          nextAttemptAt: due(1 / 6),
          lastFailure: 'StartChangeSet: the rate is exceeded',
        },
      },
      ...Array.from({ length: 8 }, (_, index) => ({ workflow: row(`change-set:retry${index + 2}`) })),
    ],
  },
  lost: { roundsWithLost: 1, quarantined: 2, held: 0, recorded: 1, deadLetterQueues: 0 },
  done: { sinceMs: nowMs - dayMs, total: 45, states: [['remediated', 12]], others: 30, failed: 3 },
  workers: { workflows: 3_000 },
  failingTasks: { total: 2, causes: ['NonDeterministicError'] },
};

const texts = (lines: readonly Line[]): string[] =>
  lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
const shown = (facts: ShiftFacts, at = size): string[] => texts(shiftLines(facts, { place, flagsAgain: '' }, at));

test('a busy shift on 80 by 24: what needs somebody first, and how to list the rest', () => {
  expect(shown(busy)).toEqual([
    '2026-11-30 07:15 UTC  steward at 127.0.0.1:7233',
    'NEEDS YOU  1,401',
    '  overdue  2 d ago  Security issues of 111122223333  security:111122223333',
    ...[0, 1, 2, 3, 4, 5].map(
      (index) => `  decide   3 d      Acme Scanner ${index}: SCAN_ERROR       76yesvf8y165pa4f98td2c${index}`,
    ),
    '  and 1,394 more: steward list',
    'DUE IN 7 DAYS  2',
    '  in 30 h  offer:1  offer:1',
    '  in 3 d   offer:2  offer:2',
    'RETRYING  9',
    '  next in 10 min  Acme    StartChangeSet: the rate is exceeded  retry1',
    '  under way       retry2  -                                     retry2',
    '  under way       retry3  -                                     retry3',
    '  and 6 more: steward list --state retrying',
    'LOST EVENTS  found by 1 check: steward list --closed --state missedFound',
    '  2 unreadable: steward quarantine list',
    'DONE SINCE YESTERDAY  45: 3 failed, 12 remediated, 30 others',
    'WORKERS  none for 3 of 4 task…: steward worker --queues aws,buyWithPrime,notices',
    'FAILING TASKS  2 (NonDeterministicError): steward list --attention',
  ]);
});

test('a quiet shift says so', () => {
  expect(shown(quiet)).toEqual([
    '2026-11-30 07:15 UTC  steward at 127.0.0.1:7233',
    'NEEDS YOU  nothing',
    'DUE IN 7 DAYS  nothing',
    'RETRYING  nothing',
    'LOST EVENTS  none since yesterday, none waiting',
    'DONE SINCE YESTERDAY  nothing',
    'WORKERS  every task queue is served (asked 40 s ago at most)',
    'FAILING TASKS  none',
  ]);
  expect(shown({ ...quiet, workers: {} })).toContain('WORKERS  none: start one with: steward worker');
});

test('what is lost has the command that lists it, whatever was lost', () => {
  const lost = { roundsWithLost: 12, quarantined: 345, held: 67, recorded: 5, deadLetterQueues: 8 };
  const lines = (facts: ShiftFacts): readonly string[] => {
    const all = shown(facts);
    return all.slice(
      all.findIndex((each) => each.startsWith('LOST')),
      all.findIndex((each) => each.startsWith('DONE')),
    );
  };
  expect(lines({ ...busy, lost })).toEqual([
    'LOST EVENTS  found by 12 checks: steward list --closed --state missedFound',
    '  345 unreadable, 67 held: steward quarantine list',
    '  8 dead-letter queues: steward list --type deadLetterQueue',
  ]);
  expect(lines({ ...busy, lost: { ...lost, roundsWithLost: 0, quarantined: 0, held: 0 } })).toEqual([
    'LOST EVENTS  8 dead-letter queues: steward list --type deadLetterQueue',
  ]);
});

test('a kind that is only recorded is no lost event: it is counted, and nothing is red', () => {
  const facts = { ...quiet, lost: { ...quiet.lost, recorded: 2 } };
  const line = shiftLines(facts, { place, flagsAgain: '' }, size).find(([title]) => title?.text === 'LOST EVENTS');
  expect(texts([line ?? []])).toEqual(['LOST EVENTS  none; 2 unknown kinds recorded: steward quarantine list']);
  expect(line?.some(({ style }) => style === 'red')).toBe(false);
});

test('it fits every screen, and counts what is not on it', () => {
  const facts = fc.record({
    needs: fc.nat(60),
    due: fc.nat(30),
    retrying: fc.nat(30),
    subject: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), fc.constant('製品の説明')),
    id: fc.stringMatching(/^[a-z]{1,9}:[a-z\d]{1,90}$/),
  });
  fc.assert(
    fc.property(facts, fc.integer({ min: 40, max: 200 }), fc.integer({ min: 12, max: 70 }), (given, columns, rows) => {
      const each = (count: number, hours: number) =>
        Array.from({ length: count }, () => row(given.id, { subject: given.subject, dueAt: due(hours) }));
      const lines = shown(
        {
          ...busy,
          running: {
            rows: each(Math.min(given.needs, 20), -1),
            totals: { ...quiet.running.totals, overdue: given.needs },
            nowMs,
          },
          due: { total: given.due, rows: each(given.due, 70) },
          retrying: { total: given.retrying, rows: each(given.retrying, 70).map((workflow) => ({ workflow })) },
        },
        { columns, rows },
      );
      expect(lines.length).toBeLessThan(rows);
      expect(lines.filter((line) => columnsOf(line) > columns)).toEqual([]);
      const parts = lines.slice(
        0,
        lines.findIndex((line) => line.startsWith('LOST')),
      );
      const counts = parts.map((line) => {
        const [, more, alone] = /^ {2}and ([\d,]+) more|^(?:NEEDS|DUE|RETRYING).*? {2}([\d,]+): /.exec(line) ?? [];
        return Number((more ?? alone)?.replaceAll(',', '') ?? (line.startsWith('  ') ? 1 : 0));
      });
      const all = given.needs + given.due + given.retrying;
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all);
      expect(lines.join('\n')).not.toContain('undefined');
    }),
    { numRuns: 60 },
  );
});

test('programs get all of it', () => {
  expect(shiftStatus(busy, place)).toMatchObject({
    at: '2026-11-30T07:15:00.000Z',
    needsYou: { total: 1_401, rows: expect.arrayContaining([expect.objectContaining({ urgency: 'overdue' })]) },
    due: { withinDays: 7, total: 2 },
    retrying: { total: 9, rows: expect.arrayContaining([expect.objectContaining({ nextAttemptAt: due(1 / 6) })]) },
    done: { states: { remediated: 12 }, failed: 3 },
    workers: { steward: 3, 'steward-aws': null },
  });
});
