import { next } from '../../../../src/workflows/securityCase/transitions/next.ts';
import { securityCommands, type SnoozeCommand } from '../../../../src/workflows/securityCase/contract.ts';
import { refusal, takenCommands } from '../../../../src/workflows/securityCase/transitions/operatorCommands.ts';
import { inputProblem, stateRefusal } from '../../../../src/workflows/shared/operatorCommands.ts';
import { needsDecision, newCase } from '../../../../src/workflows/securityCase/state.ts';
import { account, clean, day, dayMs, report, Simulation, startMs } from '../simulation.ts';

const onDay = (days: number): number => startMs + days * dayMs;
const ids = (simulation: Simulation): string[] =>
  simulation.sent.map(({ notice }) => notice.id.slice(`security:${account}:`.length));
const lastNotice = (simulation: Simulation) => simulation.sent.at(-1)?.notice;
const reminders = (simulation: Simulation): string[] =>
  simulation.reminders().map((key) => key.slice(key.lastIndexOf(':') + 1));
const operator = { actor: 'ann', reason: 'because' };

/** Why the workflow refuses a command, as its validator finds out. */
function refused(
  simulation: Simulation,
  type: 'resolve' | 'reopen' | 'snooze',
  data: Omit<SnoozeCommand, 'actor' | 'reason'> = {},
): string | undefined {
  const command = { ...operator, ...data };
  return (
    inputProblem(command, securityCommands[type].fields) ??
    stateRefusal(securityCommands, type, simulation.state.phase.name) ??
    refusal({ type, command }, simulation.state, simulation.nowMs)
  );
}

/** A case whose report came on day 0, due on day 60. */
function opened(): Simulation {
  const simulation = new Simulation();
  simulation.hear(report('one', 0));
  return simulation;
}

describe('an operator', () => {
  test('who acknowledges hears of the last day and after only', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.command('acknowledge');
    simulation.hear(report('periodic', 7));
    simulation.advanceTo(onDay(64));
    expect(reminders(simulation)).toEqual(['before-1d', 'day-0', 'overdue-1d', 'overdue-3d']);
    expect(simulation.state.audit).toEqual([{ at: day(0), command: 'acknowledge', actor: 'ann', reason: 'because' }]);
  });

  test('who resolves is believed until a later report says otherwise', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.advanceTo(onDay(31));
    simulation.command('resolve');
    expect(simulation.state.phase).toMatchObject({ name: 'clear', ground: 'operator' });
    expect(lastNotice(simulation)).toMatchObject({
      id: `security:${account}:operator:one`,
      kind: 'resolution',
      lines: ['ann says that the issues are resolved: because. No report has confirmed it yet.'],
    });
    simulation.advanceTo(onDay(47));
    simulation.hear(report('two', 47));
    expect(lastNotice(simulation)?.id).toBe(`security:${account}:report:two`);
    simulation.advanceTo(onDay(54));
    expect(reminders(simulation)).toEqual(['before-30d', 'before-7d']);
  });

  test('can do neither where nothing is open, and reads why', () => {
    expect(refused(new Simulation(), 'resolve')).toBe('It is clear; resolve is taken in open.');
    const state = newCase(account);
    const command = { actor: 'ann', reason: 'because' };
    expect(next(state, { type: 'acknowledge', command }, { nowMs: startMs })).toEqual({ state, notices: [] });
  });

  test('who acknowledges twice changes nothing the second time', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.command('acknowledge');
    const { phase } = simulation.state;
    simulation.command('acknowledge');
    expect(simulation.state.phase).toEqual(phase);
  });
});

describe('an acknowledgement', () => {
  test('is reported once, however often it is given', () => {
    const simulation = opened();
    simulation.command('acknowledge');
    simulation.command('acknowledge');
    expect(ids(simulation)).toEqual(['report:one', 'acknowledged:one']);
    expect(lastNotice(simulation)).toMatchObject({
      kind: 'acknowledgement',
      severity: 'information',
      title: `Security issues of account ${account}: acknowledged by ann, due 2026-05-01 12:00 UTC (in 60 days)`,
      dueAt: day(60),
    });
    expect(lastNotice(simulation)?.lines[0]).toBe('ann: because');
    expect(takenCommands(simulation.state, simulation.nowMs)).not.toContain('acknowledge');
  });

  test('leaves the last reminder before the due date, also of a schedule without a last day', () => {
    const simulation = new Simulation({ beforeDueMs: [14 * dayMs, 7 * dayMs], lastCallMs: dayMs });
    simulation.hear(report('one', 0));
    simulation.command('acknowledge');
    simulation.advanceTo(onDay(60));
    expect(reminders(simulation)).toEqual(['before-7d']);
  });
});

describe('a snooze', () => {
  test('drops the reminders that it covers, and the list asks nobody meanwhile', () => {
    const simulation = opened();
    simulation.snooze({ days: 47 });
    expect(needsDecision(simulation.state)).toBe(false);
    simulation.advanceTo(onDay(46.9));
    expect(reminders(simulation)).toEqual([]);
    expect(needsDecision(simulation.state)).toBe(false);
    simulation.advanceTo(onDay(47));
    expect(needsDecision(simulation.state)).toBe(true);
    simulation.advanceTo(onDay(61.5));
    expect(reminders(simulation)).toEqual(['before-7d', 'before-3d', 'before-1d', 'day-0', 'overdue-1d']);
  });

  test('until the due date itself leaves the last reminder before it', () => {
    const simulation = opened();
    simulation.snooze({ until: day(60) });
    simulation.advanceTo(onDay(60));
    expect(reminders(simulation)).toEqual(['day-0']);
    expect(needsDecision(simulation.state)).toBe(true);
  });

  test('does not outlast a due date that comes nearer', () => {
    const simulation = opened();
    simulation.snooze({ days: 50 });
    simulation.hear(report('two', 1, { upcomingResolutionDueDate: day(20) }));
    expect(needsDecision(simulation.state)).toBe(true);
    simulation.advanceTo(onDay(20));
    expect(reminders(simulation)).toEqual(['before-14d', 'before-7d', 'before-3d', 'before-1d', 'day-0']);
  });

  test('goes on when the due date moves away', () => {
    const simulation = opened();
    simulation.snooze({ days: 50 });
    simulation.hear(report('two', 1, { upcomingResolutionDueDate: day(70) }));
    simulation.advanceTo(onDay(57));
    expect(reminders(simulation)).toEqual(['before-14d']);
  });

  test('given twice changes nothing the second time; another one replaces it', () => {
    const simulation = opened();
    simulation.snooze({ until: day(20) });
    const { phase } = simulation.state;
    const again = next(
      simulation.state,
      { type: 'snooze', command: { ...operator, until: day(20) } },
      { nowMs: onDay(0) },
    );
    expect(again.state.phase).toBe(phase);
    simulation.snooze({ days: 3 });
    expect(simulation.state.phase).toMatchObject({ snoozed: { actor: 'ann', until: day(3) } });
  });

  test.each([
    [{}, 'One of "until" and "days" is needed'],
    [{ until: day(3), days: 3 }, 'One of "until" and "days" is needed'],
    [{ days: 0 }, '"days" must be a number above 0, at most 3650, but it is 0.'],
    [{ days: 4_000 }, '"days" must be a number above 0'],
    [{ days: Number.NaN }, '"days" must be a number above 0'],
    [
      { until: 'tomorrow' },
      '"until" must be a date like 2026-12-01, or a time like 2026-12-01T09:00:00Z, but it is "tomorrow".',
    ],
    [{ until: '2026-03-20T09:00:00' }, '"until" must be a date like'],
    [{ until: '0001-01-01' }, '"until" must lie ahead, but 0001-01-01 00:00 UTC has passed.'],
    [{ until: '9999-12-31' }, 'A snooze ends at the due date at the latest, which is 2026-05-01 12:00 UTC'],
    [{ days: 61 }, '2026-05-02 12:00 UTC lies after it.'],
  ])('of %p is refused', (data, sentence) => {
    const simulation = opened();
    expect(refused(simulation, 'snooze', data)).toContain(sentence);
  });

  test.each(['2026-03-20', '2026-03-20T09:00Z', '2026-03-20T09:00:00.000+02:00'])('until %s is taken', (until) => {
    expect(refused(opened(), 'snooze', { until })).toBeUndefined();
  });

  test('is refused once the due date has passed, and where there is none', () => {
    const simulation = opened();
    simulation.advanceTo(onDay(60));
    expect(refused(simulation, 'snooze', { days: 1 })).toContain('The due date 2026-05-01 12:00 UTC has passed');
    const dateless = new Simulation();
    dateless.hear(report('one', 0, { upcomingResolutionDueDate: 'soon' }));
    expect(refused(dateless, 'snooze', { days: 1 })).toContain('No due date is known');
  });
});

describe('an operator’s closing', () => {
  test('is taken back by reopen: the schedule goes on without a repeat, and every notice has an identity of its own', () => {
    const simulation = opened();
    simulation.advanceTo(onDay(31));
    for (const step of ['resolve', 'reopen', 'resolve', 'reopen', 'acknowledge'] as const) simulation.command(step);
    simulation.advanceTo(onDay(60));
    expect(ids(simulation)).toEqual([
      'report:one',
      `${day(60)}:before-30d`,
      'operator:one',
      'reopened:one:1',
      'operator:one:1',
      'reopened:one:2',
      'acknowledged:one:2',
      `${day(60)}:before-1d`,
      `${day(60)}:day-0`,
    ]);
    expect(simulation.state.audit.map(({ command }) => command)).toEqual([
      'resolve',
      'reopen',
      'resolve',
      'reopen',
      'acknowledge',
    ]);
  });

  test('is not undone by a report that was made before it, unless that found new issues', () => {
    const simulation = opened();
    simulation.nowMs = onDay(10);
    simulation.command('resolve');
    simulation.hear(report('delayed', 9));
    expect(simulation.state.phase).toMatchObject({ name: 'clear', ground: 'operator', report: { eventId: 'delayed' } });
    simulation.hear(report('delayed, with news', 9.5, { newIssuesFound: true }));
    expect(simulation.state.phase.name).toBe('open');
  });

  test('double clicks: the second resolve is refused and the second reopen too', () => {
    const simulation = opened();
    simulation.command('resolve');
    expect(refused(simulation, 'resolve')).toBe('It is clear; resolve is taken in open.');
    simulation.command('reopen');
    expect(refused(simulation, 'reopen')).toBe('It is open; reopen is taken in clear.');
  });

  test('there is nothing to reopen where nothing was reported or a report shows no issues', () => {
    expect(refused(new Simulation(), 'reopen')).toContain('a later report with issues opens the case');
    const simulation = opened();
    simulation.hear(clean('two', 1));
    expect(refused(simulation, 'reopen')).toContain('The newest report shows no issues');
  });
});

test.each([
  ['open', opened(), ['acknowledge', 'snooze', 'resolve', 'recheck']],
  ['never reported', new Simulation(), []],
])('the commands that are taken in a case that is %s', (_, simulation, commands) => {
  expect(takenCommands(simulation.state, startMs)).toEqual(commands);
});
