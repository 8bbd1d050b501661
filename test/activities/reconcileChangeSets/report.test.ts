import type { OpenLineage, OpenLineages } from '../../../src/delivery/openLineages.ts';
import { failure } from '../../../src/failures.ts';
import { reportToLineages, type EndedRow } from '../../../src/activities/reconcileChangeSets/report.ts';

const account = '123456789012';
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const at = (agoMs: number): string => new Date(nowMs - agoMs).toISOString();
const minuteMs = 60_000;

function row(changeSetId: string, values: Partial<EndedRow['row']> = {}): EndedRow {
  return {
    catalog: 'AWSMarketplace',
    row: { changeSetId, status: 'SUCCEEDED', endTime: at(10 * minuteMs), entityIds: ['prod-1@5'], ...values },
  };
}

function lineage(originId: string, values: Partial<OpenLineage> = {}): OpenLineage {
  return {
    workflowId: `change-set:${originId}`,
    account,
    state: 'awaitingDecision',
    startedMs: nowMs,
    attempt: 0,
    changeSets: [originId],
    entities: ['prod-1'],
    ...values,
  };
}

/** Reports to, and gives what each lineage was reported, and what was searched for. */
async function reported(open: readonly OpenLineage[], rows: readonly EndedRow[], before: readonly string[] = []) {
  const messages: string[] = [];
  const searches: unknown[] = [];
  const lineages: OpenLineages = {
    asked: () => Promise.resolve(open),
    concerned(_account, by) {
      searches.push(by);
      return Promise.resolve(open);
    },
    async reportOutcome({ workflowId }, scope, { changeSetId, status }) {
      if (changeSetId === 'odd') throw failure('RequestRejected', 'no such id');
      messages.push(`${workflowId} outcome ${changeSetId} ${status} ${scope.catalog}`);
    },
    async reportWork({ workflowId }, { work }) {
      messages.push(`${workflowId} work ${work.join()}`);
    },
  };
  const known: string[] = [];
  const progress = (kept: readonly string[]): void => void known.splice(0, Infinity, ...kept);
  await reportToLineages({ lineages, progress, nowMs }, account, rows, { reported: before, goesOn: false });
  return { messages, searches, reported: known };
}

test('work on its entities is reported to every open lineage that has one of them, and to nobody else', async () => {
  const { messages, searches } = await reported(
    [lineage('a'), lineage('b', { entities: ['prod-2'] }), lineage('c', { state: 'awaitingBlocker' })],
    [row('newer'), row('elsewhere', { entityIds: ['prod-9'] })],
  );
  expect(messages).toEqual(['change-set:a work newer', 'change-set:c work newer']);
  expect(searches).toEqual([{ changeSetIds: ['newer', 'elsewhere'], entityIds: ['prod-1', 'prod-9'] }]);
});

test.each([
  [
    'the newest attempt',
    lineage('a', { state: 'retrying', attempt: 1, changeSets: ['a', 's'] }),
    's',
    'x+retry.a.1',
    true,
  ],
  ['one that is not published yet', lineage('a', { state: 'retrying', attempt: 1 }), 's', 'x+retry.a.1', true],
  ['a running origin', lineage('a', { state: 'awaitingOutcome' }), 'a', 'x', true],
  [
    'one that is abandoned',
    lineage('a', { state: 'abandoning', attempt: 1, changeSets: ['a', 's'] }),
    's',
    'x+retry.a.1',
    true,
  ],
  ['an origin that is submitted again', lineage('a', { state: 'retrying', attempt: 1 }), 'a', 'x', false],
  [
    'an attempt before',
    lineage('a', { state: 'retrying', attempt: 2, changeSets: ['a', 's'] }),
    's',
    'x+retry.a.1',
    false,
  ],
  [
    'one whose outcome an operator is asked about',
    lineage('a', { attempt: 1, changeSets: ['a', 's'] }),
    's',
    'x+retry.a.1',
    true,
  ],
  ['an origin that ran when its lineage began, and is asked about', lineage('a', { startedMs: 0 }), 'a', 'x', true],
  ['an origin whose failure an operator is asked about', lineage('a'), 'a', 'x', false],
  ['an origin whose failure is observed', lineage('a', { state: 'observed', startedMs: 0 }), 'a', 'x', false],
  ['a successor that a reset has forgotten', lineage('a'), 's', 'x+retry.a.1', true],
])('the outcome of a member is reported where it is awaited: %s', async (_, open, changeSetId, name, isReported) => {
  const { messages } = await reported([open], [row(changeSetId, { name, status: 'FAILED' })]);
  expect(messages).toEqual(isReported ? [`change-set:a outcome ${changeSetId} FAILED AWSMarketplace`] : []);
});

test('what was reported is not reported again; the youngest is, since a search may not show yet who checks it', async () => {
  const rows = [row('young', { endTime: at(minuteMs) }), row('old')];
  const first = await reported([lineage('a')], rows);
  expect([first.messages, first.reported]).toEqual([['change-set:a work young,old'], ['old']]);
  const second = await reported([lineage('a')], rows, first.reported);
  expect(second.messages).toEqual(['change-set:a work young']);
  const third = await reported([lineage('a')], rows, ['young', 'old']);
  expect([third.messages, third.searches, third.reported]).toEqual([[], [], ['young', 'old']]);
});

test('the newest hundred are remembered, and no more than a hundred go in one message', async () => {
  const rows = Array.from({ length: 250 }, (_, index) => row(`set-${index}`, { endTime: at((10 + index) * minuteMs) }));
  const { messages, reported: kept } = await reported([lineage('a')], rows);
  expect(messages.map((message) => message.split(',').length)).toEqual([100, 100, 50]);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([100, 'set-0', 'set-99']);
});

test('an id of which no event can be made holds up nobody', async () => {
  const open = [lineage('odd', { state: 'awaitingOutcome', entities: [] }), lineage('b')];
  expect((await reported(open, [row('odd'), row('newer')])).messages).toContain('change-set:b work odd,newer');
});

test('a lineage that does not take its report holds up no other, and is reported again; the others are not', async () => {
  const messages: string[] = [];
  const known: string[] = [];
  let stuck = 'change-set:a';
  const parts = {
    nowMs,
    progress: (kept: readonly string[]): void => void known.splice(0, Infinity, ...kept),
    lineages: {
      concerned: () =>
        Promise.resolve([lineage('a'), lineage('b', { entities: ['prod-2'] }), lineage('c', { entities: ['prod-2'] })]),
      reportOutcome: () => Promise.reject(new Error('no outcome is awaited')),
      async reportWork({ workflowId }: OpenLineage, { work }: { readonly work: readonly string[] }) {
        if (workflowId === stuck) throw failure('Unreachable', 'no room');
        messages.push(`${workflowId} work ${work.join()}`);
      },
    },
  };
  const rows = [row('one'), row('two', { entityIds: ['prod-2'] })];
  const again = (): Promise<void> => reportToLineages(parts, account, rows, { reported: [...known], goesOn: false });
  await expect(again()).rejects.toMatchObject({ type: 'Unreachable' });
  expect([messages.splice(0), known]).toEqual([['change-set:b work two', 'change-set:c work two'], ['two']]);
  stuck = '';
  await again();
  expect([messages, known.toSorted()]).toEqual([['change-set:a work one'], ['one', 'two']]);
});

test('what an earlier check of the same round has reported stays known, the newest hundred', async () => {
  const known: string[] = [];
  const lineages = {
    concerned: () => Promise.resolve([]),
    reportOutcome: () => Promise.reject(new Error('nobody is concerned')),
    reportWork: () => Promise.reject(new Error('nobody is concerned')),
  };
  const progress = (kept: readonly string[]): void => void known.splice(0, Infinity, ...kept);
  const reported = Array.from({ length: 100 }, (_, index) => `before-${index}`);
  await reportToLineages({ lineages, progress, nowMs }, account, [row('one')], { reported, goesOn: true });
  expect(known).toEqual(['one', ...reported.slice(0, 99)]);
  await reportToLineages({ lineages, progress, nowMs }, account, [row('one')], { reported: [...known], goesOn: false });
  expect(known).toEqual(['one']);
});
