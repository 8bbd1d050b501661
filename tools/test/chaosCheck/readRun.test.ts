import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkRun } from '../../chaos/check/readRun.ts';
import { submit, wellRun, workflow } from './wellRun.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, lines: readonly unknown[]): void {
  writeFileSync(join(folder, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function leave({ plan, sent, notices, faults, commands, workflows, submits } = wellRun()): void {
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  write('sent.jsonl', sent);
  write('notices.jsonl', notices);
  write('faults.jsonl', faults);
  write('commands.jsonl', commands);
  write('workflows.jsonl', workflows);
  const others = [
    { kind: 'call', operation: 'ListChangeSets' },
    { kind: 'refusal', operation: 'StartChangeSet' },
  ];
  write('marketplaceCatalog.jsonl', [
    ...others,
    ...submits.map((call) => ({ kind: 'call', operation: 'StartChangeSet', ...call })),
  ]);
}

test('a run’s folder is read whole', async () => {
  leave();
  const { counts, evidence } = await checkRun(folder);
  expect([...new Set(Object.values(counts))]).toEqual([0]);
  expect(evidence).toEqual({});
  leave({ ...wellRun(), submits: [...wellRun().submits, submit('lost', 1)] });
  expect((await checkRun(folder)).counts.submissionsSentMoreThanOnce).toBe(1);
});

test('the undisturbed run’s folder gives the ends', async () => {
  leave();
  expect((await checkRun(folder, folder)).counts.endsThatDiffer).toBe(0);
  const undisturbed = mkdtempSync(join(tmpdir(), 'chaos-check-'));
  writeFileSync(join(undisturbed, 'workflows.jsonl'), JSON.stringify(workflow('offer:1:1', 'watching')));
  expect((await checkRun(folder, undisturbed)).counts.endsThatDiffer).toBe(1);
  rmSync(undisturbed, { recursive: true });
});

test('a folder that lacks its records, or has a broken line, is no verdict', async () => {
  leave();
  writeFileSync(join(folder, 'sent.jsonl'), '{"kind":"end"}\n{"kin');
  await expect(checkRun(folder)).rejects.toThrow('sent.jsonl: line 2 is no JSON');
  rmSync(join(folder, 'workflows.jsonl'));
  leave();
  rmSync(join(folder, 'marketplaceCatalog.jsonl'));
  await expect(checkRun(folder)).rejects.toThrow('marketplaceCatalog.jsonl');
});
