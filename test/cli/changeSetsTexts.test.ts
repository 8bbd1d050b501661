import { changeSetsText, type ChangeSetsDocument } from '../../src/cli/changeSetsTexts.ts';
import { changeSets } from './changeSets.ts';

const workflowId = 'backfill-change-sets:111122223333:1234';
const ended: ChangeSetsDocument = { workflowId, dryRun: false, outcome: 'started', running: false, interrupted: false };
const there = ' --address there:7233';

test('a dry run says that nothing was started, the three numbers, some ids, and the command', () => {
  const progress = changeSets({ state: 'completed', dryRun: true, found: 9, known: 2, left: 7 });
  const sample = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'];
  const document = { ...ended, dryRun: true, progress: { ...progress, sample }, startCommand: 'steward … --start' };
  expect(changeSetsText(document, there).split('\n')).toEqual([
    'Dry run: nothing was started.',
    `${workflowId}: completed`,
    'FAILED change sets of 111122223333 in AWSMarketplace, started from 2026-11-01T00:00:00.000Z to 2026-11-15T00:00:00.000Z',
    '  found:            9',
    '  already known:    2',
    '  would be started: 7',
    '  for instance:     a1, a2, a3, a4, a5, …',
    'Start it: steward … --start',
  ]);
});

test('a dry run that found nothing new says so', () => {
  const progress = changeSets({ state: 'completed', dryRun: true, found: 2, known: 2 });
  expect(changeSetsText({ ...ended, dryRun: true, progress }, there)).toMatch(/There is nothing to start\.$/);
});

test('a backfill that has ended says what became of all, the first failures, and where its questions are', () => {
  const failures = Array.from({ length: 12 }, (_, index) => ({ changeSetId: `f${index}`, reason: 'not\u001b taken' }));
  const progress = changeSets({ state: 'completed', found: 40, known: 8, started: 20, failed: 12, failures });
  const lines = changeSetsText({ ...ended, outcome: 'alreadyEnded', progress }, there).split('\n');
  expect(lines[0]).toBe(`${workflowId}: completed (was done already; --again does it once more)`);
  for (const line of [
    '  already known:    8',
    '  started:          20',
    '  failed:           12',
    '  left:             0',
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines).toContain('  failed f9: not  taken');
  expect(lines).toContain('  and 2 more');
  expect(lines.at(-1)).toBe(
    'They need a decision: steward list --attention --account 111122223333 --address there:7233',
  );
});

test('one that goes on says what it waits for, and what operators can send now', () => {
  const waitsFor = { type: 'findChangeSets', attempt: 3, lastFailure: 'AWS denied ListChangeSets' };
  const document = { ...ended, running: true, interrupted: true, progress: changeSets({ state: 'finding' }), waitsFor };
  const text = changeSetsText(document, there);
  expect(text).toMatch(/^The command stopped waiting; the backfill goes on\.$/m);
  expect(text).toContain('retries automatically: findChangeSets: attempt 3, last failure: AWS denied ListChangeSets');
  for (const command of ['show', 'pause', 'stop']) {
    expect(text).toContain(`: steward ${command} ${workflowId}`);
  }
  expect(changeSetsText({ ...ended, running: true }, there)).toContain(`${workflowId}: started\n`);
});

test('one that AWS refused says what AWS said, then what to do', () => {
  const progress = changeSets({ state: 'stopped', problem: 'no such catalog', nextStep: 'Put that right.' });
  const text = changeSetsText({ ...ended, progress }, there);
  expect(text).toMatch(/AWS refused the listing: no such catalog\nPut that right\./);
});
