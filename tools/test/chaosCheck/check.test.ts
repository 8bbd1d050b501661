import { checkRecords } from '../../chaos/check/index.ts';
import type { RunRecords } from '../../chaos/check/runRecords.ts';
import type { Counts } from '../../chaos/check/verdict.ts';
import type { SentLine, WorkflowLine } from '../../chaos/records.ts';
import {
  at,
  auto,
  capped,
  event,
  madeEvent,
  notice,
  reminder,
  reminderId,
  submit,
  taken,
  wellRun,
  workflow,
} from './wellRun.ts';

/** The counts that are not 0 once something was changed in a run in which all is well. */
function countsAfter(
  change: (run: RunRecords) => Partial<RunRecords>,
  undisturbed?: readonly WorkflowLine[],
): Partial<Counts> {
  const run = wellRun();
  const { counts, evidence } = checkRecords({ ...run, ...change(run) }, undisturbed);
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  expect(Object.keys(evidence)).toEqual(found.map(([name]) => name));
  return Object.fromEntries(found);
}

const without = (lines: readonly WorkflowLine[], id: string): readonly WorkflowLine[] =>
  lines.filter(({ workflowId }) => workflowId !== id);
const changed = (lines: readonly WorkflowLine[], id: string, values: Partial<WorkflowLine>): readonly WorkflowLine[] =>
  lines.map((line) => (line.workflowId === id ? { ...line, ...values } : line));
const endedAs = (
  lines: readonly SentLine[],
  key: string,
  end: Extract<SentLine, { kind: 'end' }>['end'],
): readonly SentLine[] => lines.map((line) => (line.kind === 'end' && line.event === key ? { ...line, end } : line));

test('where every promise held, every count is 0', () => {
  expect(countsAfter(() => ({}))).toEqual({});
  expect(countsAfter(() => ({}), wellRun().workflows)).toEqual({});
});

test('a run that left nothing is no run in which all is well', () => {
  const nothing = { sent: [], notices: [], faults: [], commands: [], workflows: [], submits: [] };
  expect(countsAfter(() => nothing)).toEqual({ acknowledgedEventsUnaccounted: 7, endsThatDiffer: 4, commandsLost: 1 });
});

describe('acknowledged events', () => {
  const one = { acknowledgedEventsUnaccounted: 1 };

  test.each<[string, (run: RunRecords) => Partial<RunRecords>]>([
    ['no workflow', ({ workflows }) => ({ workflows: without(workflows, 'change-set:capped') })],
    ['no quarantine', ({ workflows }) => ({ workflows: without(workflows, 'quarantine:abc') })],
    [
      'no signal of it',
      ({ workflows }) => ({ workflows: changed(workflows, `security:${auto}`, { signals: ['id-other'] }) }),
    ],
    [
      'no histories',
      ({ workflows }) => ({
        workflows: without(workflows, 'change-set:capped').concat({
          workflowId: 'change-set:capped',
          type: 't',
          status: 'COMPLETED',
          state: 'remediated',
        }),
      }),
    ],
    ['dropped', ({ sent }) => ({ sent: endedAs(sent, 'capped', 'dropped') })],
    ['in a dead-letter queue', ({ sent }) => ({ sent: endedAs(sent, 'cut', 'deadLetter') })],
    ['given up', ({ sent }) => ({ sent: endedAs(sent, 'ignored', 'givenUp') })],
    [
      'a copy without an end',
      ({ sent }) => ({ sent: sent.filter((line) => line.event !== 'failed' || line.copy === 0) }),
    ],
    [
      'an outcome, and its open lineage does not know it',
      ({ sent, workflows }) => ({
        sent: [
          ...sent,
          { kind: 'end', at: at(9), event: 'made-2', copy: 0, end: 'acknowledged', body: madeEvent('s2', 'open', 1) },
        ],
        workflows: [...workflows, workflow('change-set:open', 'awaitingDecision', { status: 'RUNNING' })],
      }),
    ],
    [
      'an outcome without a lineage',
      ({ sent }) => ({
        sent: [
          ...sent,
          { kind: 'end', at: at(9), event: 'made-2', copy: 0, end: 'acknowledged', body: madeEvent('s2', 'nobody', 1) },
        ],
      }),
    ],
  ])('unaccounted: %s', (_how, change) => {
    expect(countsAfter(change)).toEqual(one);
  });

  test('a lost failure that nobody found', () => {
    expect(countsAfter(({ workflows }) => ({ workflows: without(workflows, 'change-set:lost') }))).toEqual({
      ...one,
      endsThatDiffer: 1,
    });
  });

  test('a lost failure whose workflow does not know of it', () => {
    const change = ({ workflows }: RunRecords) => ({
      workflows: changed(workflows, 'change-set:lost', { signals: [] }),
    });
    expect(countsAfter(change)).toEqual(one);
    const { evidence } = checkRecords({ ...wellRun(), ...change(wellRun()) });
    expect(evidence.acknowledgedEventsUnaccounted?.[0]?.what).toContain('in the vendor’s listing alone');
  });

  test('what only an open workflow needs, and came while it was open', () => {
    const agreement = event('agreed', `security:${auto}`, { mayBeIgnored: true });
    const attempt = (seconds: number): SentLine[] => taken('agreed').map((line) => ({ ...line, at: at(seconds) }));
    const after = (seconds: number, values: Partial<WorkflowLine> = {}) =>
      countsAfter(({ plan, sent, workflows }) => ({
        plan: { ...plan, events: [...plan.events, agreement] },
        sent: [...sent, ...attempt(seconds)],
        workflows: changed(workflows, `security:${auto}`, values),
      }));
    expect(after(2)).toEqual(one);
    expect(after(2, { signals: ['id-report', 'id-agreed'] })).toEqual({});
    // The report that opens it was not acknowledged yet, or the workflow has ended since.
    expect(after(0.5)).toEqual({});
    expect(after(2, { status: 'COMPLETED' })).toEqual({});
  });

  test('an outcome that the vendor’s simulator lost needs nobody', () => {
    const end = {
      kind: 'end',
      at: at(9),
      event: 'made-2',
      copy: 0,
      end: 'lost',
      body: madeEvent('s2', 'nobody', 1),
    } as const;
    expect(countsAfter(({ sent }) => ({ sent: [...sent, end] }))).toEqual({});
  });
});

describe('submissions', () => {
  test.each([
    ['with another token', { clientRequestToken: 'another' }],
    ['with a token that was forgotten', {}],
    ['with a lost answer', { fault: 'resetAfter' }],
    ['to another account', { account: '500000000005' }],
  ])('sent more than once: %s', (_how, values) => {
    expect(
      countsAfter(({ submits }) => ({
        submits: [...submits, submit('lost', 1, { changeSetId: 'second', ...values })],
      })),
    ).toEqual({
      submissionsSentMoreThanOnce: 1,
    });
  });

  test('each repeat counts, and a change set that no lineage owns', () => {
    const more = [submit('lost', 1), submit('lost', 1), submit('x', 1, { changeSetName: 'Update' })];
    expect(countsAfter(({ submits }) => ({ submits: [...submits, ...more] }))).toEqual({
      submissionsSentMoreThanOnce: 3,
    });
  });

  test('the daily cap counts what the table decides, by the day', () => {
    const another = submit('other', 1, { account: capped });
    expect(countsAfter(({ submits }) => ({ submits: [...submits, another] }))).toEqual({ submissionsOverDailyCap: 1 });
    const tomorrow = { ...another, at: at(43_200) };
    expect(countsAfter(({ submits }) => ({ submits: [...submits, tomorrow] }))).toEqual({});
    const byOperator = submit('asked', 2, { account: capped });
    expect(countsAfter(({ submits }) => ({ submits: [...submits, byOperator] }))).toEqual({ endsThatDiffer: 1 });
  });
});

describe('notices', () => {
  const twice = { noticesDecidedMoreThanOnce: 1 };

  test('one decision under two identities', () => {
    const opened = { id: 'opened again', title: 'Security issues' };
    expect(countsAfter(({ notices }) => ({ notices: [...notices, notice(opened)] }))).toEqual(twice);
    const later = [
      notice({
        id: 'a',
        workflowId: 'offer:1:1',
        title: 'Ends in 12 days',
        lines: ['Checked, as of 2026-11-30 12:00 UTC: 0.'],
      }),
      notice({
        id: 'b',
        workflowId: 'offer:1:1',
        title: 'Ends in 11 days',
        lines: ['Checked, as of 2026-11-30 12:01 UTC: 0.'],
      }),
    ];
    expect(countsAfter(({ notices }) => ({ notices: [...notices, ...later] }))).toEqual(twice);
  });

  test('an alarm that comes back says the same', () => {
    const alarm = (id: string) => notice({ id, workflowId: `account:${auto}`, title: 'AWS refuses access' });
    expect(countsAfter(({ notices }) => ({ notices: [...notices, alarm('a'), alarm('b')] }))).toEqual({});
  });

  test('a reminder under two identities', () => {
    const other = notice({
      id: `${auto}:another:before-60m`,
      kind: 'reminder',
      dueAt: '2026-11-30T13:00:00.000Z',
      title: 'Other words',
    });
    expect(countsAfter(({ notices }) => ({ notices: [...notices, other] }))).toEqual(twice);
  });

  test('the same identity with other words, unless its workflow was reset', () => {
    const again = notice(
      { id: reminderId, kind: 'reminder', dueAt: '2026-11-30T13:00:00.000Z', lines: ['another report'] },
      { at: at(9) },
    );
    const notices = (run: RunRecords) => [...run.notices, again];
    expect(countsAfter((run) => ({ notices: notices(run) }))).toEqual(twice);
    // A kill explains that it comes again, and not what it says.
    const later = { ...again, at: at(100) };
    expect(countsAfter((run) => ({ notices: [...run.notices, later] }))).toEqual(twice);
    const reset = { at: at(8), fault: 'reset', what: `security:${auto} (open), to 7` };
    const another = { ...reset, what: `security:${auto}0 (open), to 7` };
    expect(countsAfter((run) => ({ notices: notices(run), faults: [another] }))).toEqual(twice);
    expect(countsAfter((run) => ({ notices: notices(run), faults: [reset] }))).toEqual({});
  });

  test('what a run of its workflow decided twice', () => {
    const again = ({ workflows }: RunRecords) => changed(workflows, `security:${auto}`, { noticesTwice: [reminderId] });
    expect(countsAfter((run) => ({ workflows: again(run) }))).toEqual(twice);
    const otherWords = notice({ id: reminderId, kind: 'reminder', lines: ['another report'] }, { at: at(9) });
    expect(countsAfter((run) => ({ workflows: again(run), notices: [...run.notices, otherWords] }))).toEqual(twice);
  });

  test('the same again in the same words is what a channel has to expect', () => {
    const again = { ...reminder, at: at(300) };
    expect(countsAfter(({ notices }) => ({ notices: [...notices, again] }))).toEqual({});
  });

  test('a reminder of whole days falls on an hour of its day', () => {
    const one = (arrival: string) =>
      notice(
        { id: `security:${auto}:x:before-7d`, kind: 'reminder', dueAt: '2026-12-07T13:00:00.000Z' },
        { at: arrival },
      );
    expect(countsAfter(({ notices }) => ({ notices: [...notices, one(at(0))] }))).toEqual({});
  });

  test.each([
    ['before its hour', reminderId, '2026-11-30T13:00:00.000Z', at(-1)],
    ['before it is overdue', `offer:1:1:x:overdue-5s`, '2026-11-30T12:00:00.000Z', at(4)],
    ['before its day', `security:${auto}:x:before-7d`, '2026-12-09T12:00:00.000Z', at(0)],
  ])('early: %s', (_how, id, dueAt, arrival) => {
    const one = notice({ id, kind: 'reminder', dueAt, workflowId: 'offer:1:1' }, { at: arrival });
    expect(countsAfter(({ notices }) => ({ notices: [...notices.filter((line) => line !== reminder), one] }))).toEqual({
      noticesEarly: 1,
    });
  });
});

describe('workflows', () => {
  test.each<[string, Partial<WorkflowLine>]>([
    ['failed', { status: 'FAILED' }],
    ['terminated', { status: 'TERMINATED' }],
    ['timed out', { status: 'TIMED_OUT' }],
    ['a task that fails', { problem: 'WorkflowTaskFailedCauseNonDeterministicError' }],
    ['still under way', { status: 'RUNNING', state: 'retrying' }],
  ])('stuck or failed: %s', (_how, values) => {
    const more = workflow('change-set:other', 'succeeded', values);
    expect(countsAfter(({ workflows }) => ({ workflows: [...workflows, more] }))).toEqual({
      workflowsStuckOrFailed: 1,
    });
  });

  test('what has ended is at rest, whatever its last state was called', () => {
    const more = workflow('change-set:other', 'retrying');
    expect(countsAfter(({ workflows }) => ({ workflows: [...workflows, more] }))).toEqual({});
  });

  test('an end that the plan is certain of', () => {
    expect(
      countsAfter(({ workflows }) => ({ workflows: changed(workflows, 'change-set:failed', { state: 'abandoned' }) })),
    ).toEqual({ endsThatDiffer: 1 });
    expect(
      countsAfter(({ workflows }) => ({ workflows: changed(workflows, `security:${auto}`, { state: 'clear' }) })),
    ).toEqual({});
    expect(
      countsAfter(({ submits }) => ({
        submits: submits.filter(({ changeSetName }) => !changeSetName?.endsWith('failed.2')),
      })),
    ).toEqual({ endsThatDiffer: 1 });
    expect(countsAfter(({ submits }) => ({ submits: [...submits, submit('failed', 3)] }))).toEqual({
      endsThatDiffer: 1,
    });
  });

  test('an end that the undisturbed run had', () => {
    const before = (id: string, state: string) => [...wellRun().workflows, workflow(id, state)];
    expect(countsAfter(() => ({}), before('offer:1:1', 'watching'))).toEqual({ endsThatDiffer: 1 });
    expect(countsAfter(() => ({}), changed(wellRun().workflows, 'quarantine:abc', { state: 'discarded' }))).toEqual({
      endsThatDiffer: 1,
    });
    expect(countsAfter(() => ({}), before('account:1', 'recovered'))).toEqual({});
    // The plan allows both: the order decides.
    expect(countsAfter(() => ({}), changed(wellRun().workflows, `security:${auto}`, { state: 'clear' }))).toEqual({});
  });
});

describe('commands', () => {
  const audit = (...reasons: string[]) => ({ commands: reasons.map((reason) => ({ command: 'retry', reason })) });
  const recorded =
    (...reasons: string[]) =>
    (run: RunRecords) => ({ workflows: changed(run.workflows, 'change-set:asked', audit(...reasons)) });

  test('never taken, or taken and not recorded', () => {
    expect(countsAfter(({ commands }) => ({ commands: commands.slice(0, 1) }))).toEqual({ commandsLost: 1 });
    expect(countsAfter(recorded('by somebody else'))).toEqual({ commandsLost: 1 });
  });

  test('recorded twice', () => {
    expect(countsAfter(recorded('chaos c1', 'chaos c1'))).toEqual({ commandsAppliedTwice: 1 });
  });

  test('a check that is asked for again is done again, and no more often', () => {
    const recheck = (run: RunRecords, ...reasons: string[]) => ({
      ...recorded(...reasons)(run),
      plan: {
        ...run.plan,
        commands: run.plan.commands.map((command) => ({ ...command, words: ['recheck', 'change-set:asked'] })),
      },
    });
    expect(countsAfter((run) => recheck(run, 'chaos c1', 'chaos c1'))).toEqual({});
    expect(countsAfter((run) => recheck(run, 'chaos c1', 'chaos c1', 'chaos c1'))).toEqual({ commandsAppliedTwice: 1 });
  });
});

test('evidence is bounded, and the counts are not', () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    event(`more-${index}`, `change-set:${index}`, { body: 'x'.repeat(5_000) }),
  );
  const { counts, evidence } = checkRecords({
    ...wellRun(),
    plan: { ...wellRun().plan, events: many },
    sent: many.flatMap(({ key }) => taken(key)),
  });
  expect(counts.acknowledgedEventsUnaccounted).toBe(500);
  expect(evidence.acknowledgedEventsUnaccounted).toHaveLength(20);
  expect(JSON.stringify(evidence).length).toBeLessThan(100_000);
});
