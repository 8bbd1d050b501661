/** The list and the screen of a shift, on a real server: no worker runs, for what they say comes from visibility alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import type { CommandContext, CommandResult } from '../../src/cli/command.ts';
import { health } from '../../src/cli/health.ts';
import { list, type ListDocument, type ListFlags } from '../../src/cli/list.ts';
import type { ListRow } from '../../src/cli/listRows.ts';
import { status, watch } from '../../src/cli/shift.ts';
import { pageStart } from '../../src/cli/pageToken.ts';
import { shiftFacts } from '../../src/delivery/shiftFacts.ts';
import { urgent, type Urgency } from '../../src/delivery/urgency.ts';
import { listUrgentFirst, type ListPosition } from '../../src/delivery/urgentFirst.ts';
import { listQuery } from '../../src/delivery/workflows.ts';
import { hourMs } from '../../src/workflows/shared/durations.ts';
import {
  searchAttributePairs,
  searchAttributeTypes,
  type StewardAttributes,
} from '../../src/workflows/shared/searchAttributes.ts';

let temporal: TestTemporal;
const notes: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'steward-list-'));

const context: CommandContext = {
  environment: { COLUMNS: '80' },
  workingDirectory: '/nowhere',
  clone: '/nowhere',
  note: (line) => void notes.push(line),
  progress: () => {},
  run: () => Promise.resolve(),
};

async function matter(workflowId: string, attributes: Partial<StewardAttributes>): Promise<void> {
  const all = { state: 'retrying', account: '111122223333', attention: false, ...attributes };
  await temporal.client.workflow.start('changeSetRemediation', {
    workflowId,
    taskQueue: 'steward',
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    typedSearchAttributes: searchAttributePairs(all),
  });
}

const dueIn = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString();
const waiting = 55;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  // What is urgent is the oldest here: the server alone would show the newest.
  await matter('security:overdue', { attention: false, dueAt: dueIn(-1), state: 'open', subject: 'Acme: due' });
  await matter('security:today', { dueAt: dueIn(5), state: 'open' });
  await matter('change-set:dated', { attention: true, dueAt: dueIn(100), state: 'awaitingDecision' });
  await matter('change-set:first', { attention: true, state: 'awaitingDecision' });
  await matter('change-set:second', {
    attention: true,
    state: 'awaitingDecision',
    subject: 'Acme Scanner: SCAN_ERROR',
  });
  await matter('item:rests', { state: 'BUYABLE' });
  await matter('offer:later', { dueAt: dueIn(50), state: 'watching' });
  const others = Array.from({ length: waiting }, (_, index) => `change-set:waiting${index}`);
  await Promise.all(others.map((workflowId) => matter(workflowId, {})));
  await until(async () => (await temporal.client.workflow.count('TaskQueue="steward"')).count === waiting + 7);
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await temporal.close('nothing');
});
beforeEach(() => {
  notes.length = 0;
});

const listed = (flags: Partial<ListFlags> = {}): Promise<CommandResult> =>
  list({ address: temporal.address, namespace: temporal.namespace, ...flags }, context);
const documentOf = ({ document }: CommandResult) => document as Omit<ListDocument, 'rows'> & { rows: ListRow[] };
const idsOf = (result: CommandResult): string[] => documentOf(result).rows.map(({ workflowId }) => workflowId);
const textOf = ({ screen = [] }: CommandResult): string[] =>
  screen.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

const mostUrgent = ['security:overdue', 'security:today', 'change-set:dated', 'change-set:first', 'change-set:second'];

test('the most urgent stand first, in lines of 80 columns, and the totals below', async () => {
  const result = await listed();
  const ids = idsOf(result);
  expect(ids.slice(0, 7)).toEqual([...mostUrgent, 'offer:later', expect.stringMatching(/^change-set:waiting/)]);
  expect(ids).toHaveLength(50);
  const lines = textOf(result);
  expect(lines).toHaveLength(53);
  expect(lines.slice(0, -2).filter((line) => line.length > 80)).toEqual([]);
  expect(lines[0]).toMatch(/^URGENCY +SUBJECT +STATE +DUE +AGE +ID$/);
  expect(lines[1]).toMatch(/^overdue +Acme: due +open +1h ago +/);
  expect(lines[5]).toMatch(/^decide +Acme Scanner: SCAN_ERROR +awaiting[\w]*…? +- +\d+[a-z]+ +second$/);
  expect(lines.at(-1)).toBe(`Next page: --page ${documentOf(result).next}`);
  expect(lines.at(-2)).toBe(
    '50 of 62: 1 overdue, 1 due within 24 h, 3 to decide, 56 waiting, 1 for information. ' +
      'More: --limit 62, or narrow the list.',
  );
});

test('a limit cuts the least urgent, and nothing that is due', async () => {
  expect(idsOf(await listed({ limit: 4 }))).toEqual(mostUrgent.slice(0, 4));
  expect(idsOf(await listed({ limit: 1, json: true }))).toEqual(mostUrgent.slice(0, 2));
  expect(notes).toEqual([expect.stringMatching(/^2 of 62: 1 overdue/)]);
  expect(idsOf(await listed({ attention: true }))).toEqual(mostUrgent.slice(2));
  const all = await listed({ limit: 500, output: 'csv' });
  expect(all.text.split('\r\n')).toHaveLength(63);
  expect(notes).toHaveLength(1);
});

test('due, since and a query narrow the list', async () => {
  expect(idsOf(await listed({ due: dueIn(60) }))).toEqual(['security:overdue', 'security:today', 'offer:later']);
  expect(idsOf(await listed({ since: dueIn(1) }))).toEqual([]);
  const either = 'StewardState = "open" OR StewardState = "watching"';
  expect(idsOf(await listed({ query: either, attention: true }))).toEqual([]);
  expect(idsOf(await listed({ query: either }))).toEqual(['security:overdue', 'security:today', 'offer:later']);
  for (const query of ['StewardStat = "open"', 'StewardState = ', 'StewardState = "open" ORDER BY StartTime', 'x --']) {
    await expect(listed({ query })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^Temporal refuses --query: .{10}/),
    });
  }
});

test('in a namespace where no worker ever ran there is nothing, and that is no failure', async () => {
  const fresh = await testTemporal();
  const there = { address: fresh.address, namespace: fresh.namespace };
  const { text, document } = await list(there, context);
  expect(text).toBe('No running workflow matches; ended ones: --closed.');
  expect(document).toMatchObject({ total: 0, shown: 0, rows: [] });
  await expect(list({ ...there, attention: true }, context)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('start a worker once'),
  });
  const lines = textOf(await status(there, context));
  expect(lines).toEqual(
    expect.arrayContaining(['NEEDS YOU  nothing', expect.stringMatching(/^WORKERS {2}none: start/)]),
  );
  // Where there are workflows and no attributes, “nothing” would be wrong.
  await fresh.client.workflow.start('securityCase', { workflowId: 'by-hand', taskQueue: 'steward' });
  await until(async () => (await fresh.client.workflow.count('TaskQueue="steward"')).count === 1);
  await expect(status(there, context)).rejects.toMatchObject({ exitCode: 1 });
  await fresh.close('nothing');
});

test('of more rows than are read at once, the oldest are found', async () => {
  const limits = { most: 8, whole: new Set<Urgency>(), pageSize: 3 };
  const { rows, totals } = await listUrgentFirst(temporal.client, listQuery({}), limits, Date.now());
  expect(rows.map(({ workflowId }) => workflowId)).toEqual(idsOf(await listed({ limit: 8 })));
  expect(totals.waiting).toBe(waiting + 1);
});

test('where more is urgent than fits into one answer, pages have the rest: every row once, in one order', async () => {
  const everything = idsOf(await listed({ limit: 500 }));
  const paged: string[] = [];
  let after: ListPosition | undefined;
  do {
    const limits = { most: 50, whole: urgent, atOnce: 2, pageSize: 1, ...(after && { after }) };
    const page = await listUrgentFirst(temporal.client, listQuery({ attention: true }), limits, Date.now());
    expect(page.rows.length).toBeLessThanOrEqual(2);
    paged.push(...page.rows.map(({ workflowId }) => workflowId));
    after = page.next;
  } while (after !== undefined);
  expect(paged).toEqual(mostUrgent.slice(2));

  const flags: Partial<ListFlags> = { limit: 20, json: true };
  const first = documentOf(await listed(flags));
  expect(first).toMatchObject({ total: 62, shown: 20, totals: { overdue: 1, waiting: 56 } });
  const second = documentOf(await listed({ ...flags, page: pageStart(first.next ?? '') }));
  expect(second).toMatchObject({ at: first.at, total: 62, shown: 20 });
  const last = documentOf(await listed({ limit: 500, json: true, page: pageStart(second.next ?? '') }));
  expect(last).not.toHaveProperty('next');
  const ids = [first, second, last].flatMap(({ rows }) => rows.map(({ workflowId }) => workflowId));
  expect(ids).toEqual(everything);
  await expect(listed({ closed: true, page: pageStart(first.next ?? '') })).rejects.toMatchObject({ exitCode: 2 });
});

test('the screen of a shift has them too, with totals and without a worker', async () => {
  const result = await status({ address: temporal.address, namespace: temporal.namespace }, context);
  const lines = textOf(result);
  expect(lines.length).toBeLessThan(24);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines[1]).toBe('NEEDS YOU  5');
  expect(lines[2]).toMatch(/^ {2}overdue +1 h ago +Acme: due +security:overdue$/);
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}in 2 d +.*offer:later$|^ {2}in 49 h|^ {2}in 2 d/));
  expect(lines).toContain('DUE IN 7 DAYS  2');
  expect(lines).toContain(`RETRYING  ${waiting}`);
  expect(lines).toContain('WORKERS  none: start one with: steward worker');
  expect(result.document).toMatchObject({
    namespace: temporal.namespace,
    needsYou: { total: 5 },
    retrying: { total: waiting },
    done: { total: 0 },
    failingTasks: { total: 0 },
  });
});

test('a program gets every row that needs somebody, a screen the first ones', async () => {
  const rowsOf = async (whole?: ReadonlySet<Urgency>): Promise<number> =>
    (await shiftFacts(temporal.client, 2, Date.now(), whole)).running.rows.length;
  expect(await rowsOf()).toBe(2);
  expect(await rowsOf(urgent)).toBe(mostUrgent.length);
});

test('health says which task queues no worker serves, and ends with 1', async () => {
  const there = { address: temporal.address, namespace: temporal.namespace };
  const stopped = await health(undefined, there, context);
  expect(stopped.exitCode).toBe(1);
  expect(stopped.document).toMatchObject(
    ['workflows', 'aws', 'notices'].map((queue) => ({
      type: 'unservedQueue',
      state: 'unserved',
      nextStep: expect.stringContaining(`steward worker --queues ${queue} `),
    })),
  );
  // Merchants need one more.
  const config = join(folder, 'steward.yaml');
  const merchants = { 'bp-1': { clientId: 'client', clientSecretVariable: 'SECRET' } };
  writeFileSync(config, JSON.stringify({ merchants }));
  const { text, document } = await health('bp-1', { ...there, config }, context);
  expect(document).toHaveLength(4);
  expect(text).toContain('task queue steward-buy-with-prime  unserved\n- No worker has asked for work');
});

test('a watch draws it until Ctrl-C', async () => {
  const drawn: string[] = [];
  const draw: NonNullable<CommandContext['draw']> = (lines) => {
    drawn.push(lines.map((line) => line.map(({ text }) => text).join('')).join('\n'));
    process.emit('SIGINT');
  };
  const words = { address: temporal.address, namespace: temporal.namespace, every: 3_600 };
  expect(await watch(words, { ...context, draw })).toMatchObject({ exitCode: 130 });
  expect(drawn).toEqual([expect.stringContaining('NEEDS YOU  5')]);
});

test('rows that are due at one instant have one order over all pages, however many they are', async () => {
  const dueAt = dueIn(-20);
  const ids = Array.from({ length: 7 }, (_, index) => `change-set:tied${index}`);
  for (const [index, workflowId] of ids.entries()) {
    await matter(workflowId, { dueAt: index < 4 ? dueAt : dueIn(index - 20), account: 'tied' });
  }
  const query = listQuery({ account: 'tied' });
  await until(async () => (await temporal.client.workflow.count(query)).count === ids.length);
  const paged: string[] = [];
  let after: ListPosition | undefined;
  do {
    const limits = { most: 2, whole: new Set<Urgency>(), pageSize: 1, ...(after && { after }) };
    const page = await listUrgentFirst(temporal.client, query, limits, Date.now());
    paged.push(...page.rows.map(({ workflowId }) => workflowId));
    after = page.next;
  } while (after !== undefined);
  expect(paged).toEqual(ids);
  for (const workflowId of ids) await temporal.client.workflow.getHandle(workflowId).terminate();
  const ended = listQuery({ account: 'tied', closed: true });
  await until(async () => (await temporal.client.workflow.count(ended)).count === ids.length);
  const closed = { closed: true, account: 'tied', limit: 4 } as const;
  const first = documentOf(await listed(closed));
  expect(first).toMatchObject({ total: 7, shown: 4, next: expect.stringMatching(/^c\./) });
  const second = documentOf(await listed({ ...closed, page: pageStart(first.next ?? '') }));
  expect(second.rows.length).toBe(3);
  const both = [first, second].flatMap(({ rows }) => rows.map(({ workflowId }) => workflowId));
  expect(both.toSorted()).toEqual(ids);
  // Without --closed it would be a page of what runs, with nothing on it.
  const { closed: _closed, ...running } = closed;
  await expect(listed({ ...running, page: pageStart(first.next ?? '') })).rejects.toThrow(/have ended. Add --closed/);
  await expect(listed({ ...closed, page: pageStart('c.AAAA') })).rejects.toMatchObject({ exitCode: 2 });
});
