/** The runbook has every alarm of the steward, and three steps for each; test/deploy/grafana.test.ts checks the alerts. */
import { readFileSync } from 'node:fs';
import { accountHealthContract } from '../../src/workflows/accountHealth/contract.ts';
import { isAlarmType } from '../../src/workflows/accountHealth/checks.ts';
import { deadLetterQueueContract } from '../../src/workflows/deadLetterQueue/contract.ts';
import { failingTasksContract } from '../../src/workflows/failingTasks/contract.ts';
import { heldEventsContract } from '../../src/workflows/heldEvents/contract.ts';
import { quarantinedEventContract } from '../../src/workflows/quarantinedEvent/contract.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
const sections = runbook.split(/^(?=### )/m).slice(1);

test.each(sections.map((section) => [section.split('\n', 1)[0]?.slice(4), section]))(
  '%s: what it means, and three steps or another entry that has them',
  (_heading, section) => {
    const steps = [...section.matchAll(/^(\d)\. /gm)].map(([, number]) => number);
    const referred = /The steps are those of\s+\[Steward\w+\]/.test(section);
    expect(steps).toEqual(referred ? [] : ['1', '2', '3']);
    expect(section.split('\n')[2]).toMatch(/^[^\d#]/);
  },
);

test('every alarm is in it by its id, and every kind of failure of an account', () => {
  const prefixes = [
    accountHealthContract,
    deadLetterQueueContract,
    failingTasksContract,
    heldEventsContract,
    quarantinedEventContract,
  ].flatMap(({ idPrefixes }) => idPrefixes);
  expect(prefixes.filter((prefix) => !runbook.includes(`\`${prefix}`))).toEqual([]);
  const table = sections.find((section) => section.startsWith('### account and merchant')) ?? '';
  const failures = readFileSync('src/failures.ts', 'utf8').matchAll(/^ {2}(\w+): \{ retryable/gm);
  const kinds = [...failures].map(([, kind = '']) => kind).filter(isAlarmType);
  expect(kinds.length).toBeGreaterThan(8);
  expect(kinds.filter((kind) => !table.includes(`\`${kind}\``))).toEqual([]);
});
