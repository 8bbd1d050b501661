import { backfillChangeSetsDefaults } from '../../../src/policies/defaults.ts';
import { afterPage } from '../../../src/activities/backfillChangeSets/cursor.ts';
import { backfillDetails, backfillStatus } from '../../../src/workflows/backfillChangeSets/details.ts';
import { planOf } from '../../../src/workflows/backfillChangeSets/input.ts';
import {
  cursorAt,
  type BackfillChangeSetsInput,
  type DeliveredPart,
} from '../../../src/workflows/backfillChangeSets/contract.ts';
import { next } from '../../../src/workflows/backfillChangeSets/transitions/next.ts';
import { endDigest } from '../../../src/workflows/backfillChangeSets/notices.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import { newBackfill, type Backfill, type BackfillMessage } from '../../../src/workflows/backfillChangeSets/state.ts';

const startMs = Date.parse('2026-03-31T12:00:00Z');
const command = { actor: 'ann', reason: 'checked it' };
const input: BackfillChangeSetsInput = { account: '123456789012', from: '2026-03-01', dryRun: false };
const plan = planOf(input, backfillChangeSetsDefaults, startMs);
const identity = { workflowId: 'backfill-change-sets:123456789012:x', firstRunId: 'run-1', account: input.account };
const shown = { input, workflowId: identity.workflowId };
const ended = afterPage(cursorAt(plan.from), undefined);
const nothing: DeliveredPart = { done: 0, known: 0, started: [], undelivered: [], undeliverable: [] };
const found = (count: number, known = 0): BackfillMessage => ({
  type: 'found',
  part: { cursor: ended, found: count, known, sample: ['id-1', 'id-2'] },
});
const opened = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `change-set:cs-${from + at}`);
/** A minute's work. */
const delivered = (part: Partial<DeliveredPart>): BackfillMessage => ({
  type: 'delivered',
  batch: { most: 200 },
  part: { ...nothing, ...part },
  begunAtMs: startMs,
});

function after(given: BackfillChangeSetsInput, ...messages: readonly BackfillMessage[]): Backfill {
  const asked = planOf(given, backfillChangeSetsDefaults, startMs);
  const context = { policy: { plan: asked, identity }, nowMs: startMs + 60_000 };
  const start = newBackfill(asked, startMs);
  return messages.reduce((backfill, message) => next(backfill, message, context).state, start);
}

test('one digest with a sum that adds up, what was started, who stopped it, and the failed by name', () => {
  const undeliverable = [{ row: { changeSetId: 'id-9' }, reason: 'its status is not known' }];
  const backfill = after(
    input,
    found(70),
    delivered({ known: 5, started: opened(30), undeliverable }),
    { type: 'stop', command },
    { type: 'drained' },
  );
  expect(endDigest(backfill, { plan, identity })).toEqual({
    id: 'backfill-change-sets:123456789012:x:run-1:end',
    kind: 'resolution',
    severity: 'warning',
    account: '123456789012',
    workflowId: identity.workflowId,
    title: 'Backfill of 70 change sets stopped',
    lines: [
      '70 found = 5 known already + 30 started + 1 failed + 34 left.',
      'Started: 30 workflows of account 123456789012. Each waits for an operator before it resubmits anything, and sends no notice for that.',
      'Stopped by ann: checked it',
      'Failed: id-9: its status is not known',
      expect.stringMatching(/^change-set:cs-0, change-set:cs-1, .*, change-set:cs-2\d$/),
      expect.stringMatching(/^change-set:cs-2\d, .*change-set:cs-29$/),
    ],
    decisions: opened(30),
    nextStep: 'Fix what the reasons name, then start another backfill. It counts what this one started as known.',
  });
});

test('of very many that were started each is in one digest, and the numbers of all digests add up', () => {
  const policy = { plan, identity };
  const notices: Notice[] = [];
  let backfill = newBackfill(plan, startMs);
  const apply = (message: BackfillMessage): void => {
    const step = next(backfill, message, { policy, nowMs: startMs });
    backfill = step.state;
    notices.push(...step.notices);
  };
  apply(found(2_300));
  for (let from = 0; from < 2_300; from += 200) {
    const started = opened(Math.min(200, 2_300 - from), from);
    apply(delivered({ started, ...(from === 2_200 ? { cursor: ended } : {}) }));
  }
  expect(notices.map(({ id, kind }) => [id.replace(`${identity.workflowId}:run-1:`, ''), kind])).toEqual([
    ['part-1', 'report'],
    ['part-2', 'report'],
    ['end', 'resolution'],
  ]);
  expect(notices.flatMap(({ decisions = [] }) => decisions)).toEqual(opened(2_300));
  expect(notices[0]?.title).toBe('Backfill of 2,300 change sets: 1,000 more started');
  expect(notices[2]?.lines).toContain('This digest names 300 of them; 2 digests before it named 2,000.');
  for (const { lines, decisions = [] } of notices) {
    expect(lines.length).toBeLessThanOrEqual(20);
    const left = Number(/and ([\d,]+) more/.exec(lines.at(-1) ?? '')?.[1]?.replace(',', '') ?? 0);
    const words = new Set(lines.flatMap((line) => line.split(/[ ,]+/)));
    expect(decisions.filter((id) => words.has(id)).length + left).toBe(decisions.length);
  }
  expect(backfillStatus(backfill, plan, input).lastDecisions).toEqual(notices[2]?.decisions);
});

test('a digest with many failures names ten and counts the others', () => {
  const undeliverable = Array.from({ length: 12 }, (_, index) => ({
    row: { changeSetId: `id-${index}` },
    reason: 'no',
  }));
  const backfill = after(input, found(12), delivered({ cursor: ended, undeliverable }));
  const { lines } = endDigest(backfill, { plan, identity });
  expect(lines.filter((line) => line.startsWith('Failed: '))).toHaveLength(10);
  expect(lines.at(-1)).toBe('Failed besides: 2; the workflow lists the first hundred.');
});

test('a digest of a listing that AWS refused says so; one of an act by policy says who decides', () => {
  const backfill = after(input, { type: 'refused', sentence: 'ListChangeSets: no such catalog' });
  expect(endDigest(backfill, { plan, identity })).toMatchObject({
    severity: 'warning',
    lines: ['0 found = 0 known already + 0 started + 0 failed + 0 left.', expect.stringContaining('no such catalog')],
  });
  expect(backfillStatus(backfill, plan, input).problem).toContain('no such catalog');
  const policy = { ...input, act: 'policy' } as const;
  const acted = after(policy, found(2), delivered({ cursor: ended, started: opened(2) }));
  expect(endDigest(acted, { plan: planOf(policy, backfillChangeSetsDefaults, startMs), identity }).lines[1]).toContain(
    'The decision table acts',
  );
});

test('details say where it stands, how fast it goes, and what can be sent now', () => {
  const running = after(input, found(1_200), delivered({ known: 60, started: opened(60) }));
  const text = backfillDetails(running, plan, shown);
  expect(text).toContain('## Delivering: backfill of 1,200 change sets');
  expect(text).toContain('1,200 found = 60 known already + 60 started + 0 failed + 1,080 left.');
  expect(text).toContain('- **rate:** 2 a second, about 9 min left');
  expect(text).toContain('- `pause`: Deliver nothing until resume.');
  expect(text).toContain('- `stop`: Deliver nothing more, and end.');
  expect(backfillStatus(running, plan, input)).toMatchObject({ ratePerSecond: 2, secondsLeft: 540, left: 1_080 });
  const slow = planOf({ ...input, ratePerSecond: 0.5 }, backfillChangeSetsDefaults, startMs);
  expect(backfillStatus(running, slow, input)).toMatchObject({ ratePerSecond: 0.5, secondsLeft: 2_160 });
  const paused = after(input, found(1_200), delivered({ started: opened(60) }), { type: 'pause', command });
  expect(backfillStatus(paused, plan, input)).toMatchObject({ state: 'paused', commands: ['resume', 'stop'] });
  expect(backfillStatus(paused, plan, input).secondsLeft).toBeUndefined();
});

test('a dry run ends with the input of the real one, in details and result', () => {
  const dry = { ...input, dryRun: true, statuses: ['FAILED', 'SUCCEEDED'], limit: 500 } as const;
  const backfill = after(dry, found(90, 20));
  const text = backfillDetails(backfill, planOf(dry, backfillChangeSetsDefaults, startMs), { ...shown, input: dry });
  expect(text).toContain('## Completed: dry run of a backfill of 90 change sets');
  expect(text).toContain('90 found = 20 known already + 0 started + 0 failed + 70 that a real run would start.');
  expect(text).toContain('- **the first of them:** id-1, id-2');
  const block = /```json\n([^`]*)\n```/.exec(text)?.[1] ?? '';
  const real = { ...dry, dryRun: false };
  expect(JSON.parse(block)).toEqual(real);
  const status = backfillStatus(backfill, planOf(dry, backfillChangeSetsDefaults, startMs), dry);
  expect(status).toMatchObject({ state: 'completed', dryRun: true, realRun: real, sample: ['id-1', 'id-2'], left: 70 });
});

test('details stay under 4 kB, whatever the texts', () => {
  const long = '*'.repeat(1_000);
  const undeliverable = Array.from({ length: 100 }, () => ({ row: { changeSetId: long }, reason: long }));
  const notes = Array.from({ length: 20 }, (_, index) => `${index}${long}`);
  const backfill = { ...after(input, found(100), delivered({ cursor: ended, undeliverable })), notes };
  expect(backfillDetails(backfill, plan, shown).length).toBeLessThanOrEqual(4_000);
});
