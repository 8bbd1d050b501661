import { next } from '../../../../src/workflows/securityCase/transitions/next.ts';
import { needsDecision } from '../../../../src/workflows/securityCase/state.ts';
import { account, assessments, clean, day, dayMs, report, Simulation, startMs } from '../simulation.ts';

const onDay = (days: number): number => startMs + days * dayMs;
const ids = (simulation: Simulation): string[] => simulation.sent.map(({ notice }) => notice.id);
const lastNotice = (simulation: Simulation) => simulation.sent.at(-1)?.notice;

/** The reminders sent for the due date of day 60, without it. */
const reminders = (simulation: Simulation, due = day(60)): string[] =>
  simulation
    .reminders()
    .filter((key) => key.startsWith(due))
    .map((key) => key.slice(due.length + 1));

describe('a report', () => {
  test('with issues opens the case with one notice that holds the counts, the due date and what is affected', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    expect(simulation.sent).toHaveLength(1);
    expect(lastNotice(simulation)).toMatchObject({
      id: `security:${account}:report:one`,
      kind: 'opening',
      severity: 'warning',
      account,
      workflowId: `security:${account}`,
      title: `Security issues of account ${account}: due 2026-05-01 12:00 UTC (in 60 days)`,
      dueAt: day(60),
    });
    expect(lastNotice(simulation)?.lines[0]).toBe(
      'Products with issues: 2, versions: 5, latest versions: 1 (report of 2026-03-02 12:00 UTC).',
    );
    expect(lastNotice(simulation)?.lines.at(-1)).toBe(
      'Which products are affected is not shown here: the account lacks the permission aws-marketplace:ListAssessments.',
    );
    expect(needsDecision(simulation.state)).toBe(true);
  });

  test('names the affected products where they could be read', () => {
    const simulation = new Simulation();
    simulation.assessments = assessments(['do-1', 'do-2']);
    simulation.hear(report('one', 0));
    expect(lastNotice(simulation)?.lines.slice(-4)).toEqual([
      'Failed assessments, as of 2026-03-02 12:00 UTC: 2.',
      'My AMI (prod-1), version of do-1 (delivery option do-1): ports: OPEN (port 22)',
      'My AMI (prod-1), version of do-2 (delivery option do-2): ports: OPEN (port 22)',
      'Of 2 affected delivery options, 0 have passed a newer assessment.',
    ]);
  });

  test('names the permission that hides a part, and counts what is not named', () => {
    const simulation = new Simulation();
    const found = assessments(Array.from({ length: 12 }, (_, index) => `do-${index}`));
    simulation.assessments = { ...found, missing: ['aws-marketplace:DescribeEntity'] } as typeof found;
    simulation.hear(report('one', 0));
    expect(lastNotice(simulation)?.lines.slice(-3, -1)).toEqual([
      'and 2 more',
      'More is hidden: the account lacks the permission aws-marketplace:DescribeEntity.',
    ]);
  });

  test('that repeats another changes nothing at all', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    const before = simulation.state;
    expect(next(before, { type: 'report', report: report('one', 0) }, { nowMs: onDay(1) })).toEqual({
      state: before,
      notices: [],
    });
    expect(next(before, { type: 'report', report: report('one', 0) }, { nowMs: onDay(1) }).state.phase).toBe(
      before.phase,
    );
  });

  test('that is older never takes the place of a newer one, not even to clear it', () => {
    const simulation = new Simulation();
    simulation.hear(report('newer', 5));
    const { phase } = simulation.state;
    simulation.hear(report('older', 4, { numberOfProductsWithIssues: 9, newIssuesFound: true }));
    simulation.hear(clean('older and clean', 3));
    expect(simulation.state.phase).toEqual(phase);
    expect(simulation.sent).toHaveLength(1);
  });

  test('of the same time counts by its issues, in whatever order the two arrive', () => {
    const states = [
      [clean('clean', 5), report('issues', 5)],
      [report('issues', 5), clean('clean', 5)],
    ].map((reports) => {
      const simulation = new Simulation();
      for (const message of reports) simulation.hear(message);
      return simulation.state.phase.name;
    });
    expect(states).toEqual(['open', 'open']);
  });

  test('that comes periodically refreshes in silence, and its counts stand in the next reminder', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.advanceTo(onDay(7));
    simulation.hear(report('two', 7, { numberOfVersionsWithIssues: 4 }));
    expect(simulation.sent).toHaveLength(1);
    simulation.advanceTo(onDay(31));
    expect(reminders(simulation)).toEqual(['before-30d']);
    expect(lastNotice(simulation)?.lines[0]).toContain('versions: 4');
  });

  test('with new issues gives a notice at once and takes the acknowledgement back', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.command('acknowledge');
    expect(needsDecision(simulation.state)).toBe(false);
    simulation.hear(report('two', 1, { newIssuesFound: true }));
    expect(ids(simulation)).toEqual(
      ['report:one', 'acknowledged:one', 'newIssues:two'].map((what) => `security:${account}:${what}`),
    );
    expect(lastNotice(simulation)?.title).toContain('New security issues');
    expect(needsDecision(simulation.state)).toBe(true);
  });

  test('is another decision where another one came before it: each has its own identity', () => {
    const both = new Simulation();
    both.hear(report('one', 0));
    both.hear(report('two', 1, { newIssuesFound: true }));
    // As after a reset, which applies both signals before the first check.
    const alone = new Simulation();
    alone.hear(report('two', 1, { newIssuesFound: true }));
    const identities = [...both.sent, ...alone.sent].map(({ notice }) => [notice.id, notice.title]);
    expect(new Map(identities as Array<[string, string]>).size).toBe(3);
    expect(new Set(identities.map(([, title]) => title)).size).toBe(2);
  });

  test('with an earlier due date gives a notice at once, one with a later date does not', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.hear(report('later', 1, { upcomingResolutionDueDate: day(90) }));
    expect(simulation.sent).toHaveLength(1);
    simulation.hear(report('earlier', 2, { upcomingResolutionDueDate: day(30) }));
    expect(lastNotice(simulation)?.title).toContain('An earlier due date');
    expect(lastNotice(simulation)?.id).toBe(`security:${account}:sooner:earlier`);
    expect(lastNotice(simulation)?.dueAt).toBe(day(30));
  });

  test('without issues clears the case, and says that this is the proof', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.hear(clean('two', 9));
    expect(simulation.state.phase).toMatchObject({ name: 'clear', ground: 'report' });
    expect(lastNotice(simulation)).toMatchObject({
      id: `security:${account}:report:two`,
      kind: 'resolution',
      lines: ['The report of 2026-03-11 12:00 UTC shows no issues any more: that is the proof.'],
    });
    simulation.advanceTo(onDay(400));
    expect(simulation.sent).toHaveLength(2);
  });

  test('without issues, where none were open, notifies nobody', () => {
    const simulation = new Simulation();
    simulation.hear(clean('one', 0));
    expect(simulation.state.phase).toMatchObject({ name: 'clear', ground: 'report' });
    expect(simulation.sent).toEqual([]);
  });
});

describe('the schedule', () => {
  test('reminds before the due date, on the day itself, and on without end after it', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.advanceTo(onDay(60 + 7 + 7 * 120) + dayMs);
    const weekly = Array.from({ length: 120 }, (_, index) => `overdue-${7 * (index + 2)}d`);
    expect(reminders(simulation)).toEqual([
      'before-30d',
      'before-14d',
      'before-7d',
      'before-3d',
      'before-1d',
      'day-0',
      'overdue-1d',
      'overdue-3d',
      'overdue-7d',
      ...weekly,
    ]);
  });

  test('skips what is past when the case opens; the opening notice says where things stand', () => {
    const simulation = new Simulation();
    simulation.nowMs = onDay(55);
    simulation.hear(report('one', 55));
    expect(lastNotice(simulation)?.title).toContain('(in 5 days)');
    simulation.advanceTo(onDay(60));
    expect(reminders(simulation)).toEqual(['before-3d', 'before-1d', 'day-0']);
  });

  test('sends no reminder twice when the due date moves and comes back', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.advanceTo(onDay(47));
    expect(reminders(simulation)).toEqual(['before-30d', 'before-14d']);
    simulation.hear(report('two', 47, { upcomingResolutionDueDate: day(75) }));
    simulation.advanceTo(onDay(48));
    expect(simulation.sent.at(-1)?.notice.id).toBe(`security:${account}:${day(60)}:before-14d`);
    simulation.hear(report('three', 48));
    simulation.advanceTo(onDay(60));
    expect(reminders(simulation)).toEqual(['before-30d', 'before-14d', 'before-7d', 'before-3d', 'before-1d', 'day-0']);
    expect(new Set(ids(simulation)).size).toBe(simulation.sent.length);
  });

  test('speaks of overdue as what it is, and critically', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.advanceTo(onDay(61.5));
    expect(lastNotice(simulation)).toMatchObject({ severity: 'critical', kind: 'reminder' });
    expect(lastNotice(simulation)?.title).toContain('overdue since 2026-05-01 12:00 UTC');
  });

  test('a worker that was away sends the newest reminder only', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.sleepTo(onDay(59.5));
    expect(reminders(simulation)).toEqual(['before-1d']);
    simulation.advanceTo(onDay(61.5));
    expect(reminders(simulation)).toEqual(['before-1d', 'day-0', 'overdue-1d']);
  });

  test.each([
    ['long past', '0001-01-01T00:00:00.000Z', 'critical', 1],
    ['in the year 9999', '9999-12-31T00:00:00.000Z', 'warning', 0],
    ['no date at all', 'soon', 'warning', 0],
  ])('a due date %s opens the case all the same', (_, upcomingResolutionDueDate, severity, remindersIn7Days) => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0, { upcomingResolutionDueDate }));
    expect(lastNotice(simulation)).toMatchObject({ kind: 'opening', severity });
    simulation.advanceTo(onDay(8));
    expect(simulation.reminders()).toHaveLength(remindersIn7Days);
    expect(needsDecision(simulation.state)).toBe(true);
    expect(JSON.stringify(simulation.state).length).toBeLessThan(10_000);
  });

  test('a report without a due date gets its schedule from the next one that has one', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0, { upcomingResolutionDueDate: 'soon' }));
    expect(lastNotice(simulation)?.title).toContain('no due date is known');
    simulation.hear(report('two', 1));
    expect(lastNotice(simulation)?.title).toContain('due 2026-05-01');
    simulation.advanceTo(onDay(60));
    expect(reminders(simulation)).toHaveLength(6);
  });
});

test('a cancellation stops the reminders and is reported where the case was; a later report opens it again', () => {
  const simulation = new Simulation();
  const command = { actor: 'unknown', reason: 'Cancellation was requested.' };
  simulation.hear(report('one', 0));
  simulation.apply({ type: 'cancelled', command });
  expect(simulation.state.phase).toMatchObject({ name: 'ended', end: 'abandoned' });
  expect(lastNotice(simulation)).toMatchObject({
    severity: 'warning',
    title: expect.stringContaining('reminders stopped'),
  });
  expect(lastNotice(simulation)?.nextStep).toContain('A later report with issues opens the case again.');
  simulation.hear(report('two', 1));
  expect(simulation.state.phase.name).toBe('open');
});

test('a schedule planned for a due date that has changed meanwhile is not used', () => {
  const simulation = new Simulation();
  simulation.hear(report('one', 0));
  const late = next(
    { ...simulation.state, phase: { name: 'open', report: report('two', 1), dueAt: day(90) } },
    {
      type: 'prepared',
      check: { found: simulation.assessments, at: day(1) },
      plan: { dueAt: day(60), quietReminders: 0, reminders: [{ reminder: 'day-0', at: day(60) }] },
    },
    { nowMs: onDay(1) },
  );
  expect(late.state.phase).toMatchObject({ name: 'open', dueAt: day(90) });
  expect(late.state.phase).not.toMatchObject({ schedule: expect.anything() });
});
