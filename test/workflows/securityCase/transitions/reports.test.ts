import { doubtsAbout, hasIssues, reportProblem } from '../../../../src/workflows/securityCase/transitions/reports.ts';
import { clean, day, report, Simulation, startMs } from '../simulation.ts';

const counts = (products: number, versions: number, latest: number) => ({
  numberOfProductsWithIssues: products,
  numberOfVersionsWithIssues: versions,
  numberOfLatestVersionsWithIssues: latest,
});

test.each([
  ['no product but versions', counts(0, 2, 0), 'versions with issues, but no product'],
  ['no product and no version but latest versions', counts(0, 0, 1), 'versions with issues, but no product'],
  ['more latest versions than versions', counts(2, 2, 3), 'more latest versions than versions'],
  ['a product without a version', counts(1, 0, 0), 'fewer versions than products'],
  ['new issues but none counted', { ...counts(0, 0, 0), newIssuesFound: true }, 'new issues, but none counted'],
])('a report with %s opens the case, says what contradicts, and proves nothing', (_, more, doubt) => {
  const message = report('one', 0, more);
  expect(hasIssues(message)).toBe(true);
  const simulation = new Simulation();
  simulation.hear(message);
  expect(simulation.state.phase.name).toBe('open');
  expect(simulation.sent[0]?.notice.lines[1]).toBe(
    `The report contradicts itself: ${doubt}. The steward takes it to mean that issues are open.`,
  );
  const later = new Simulation();
  later.hear(report('zero', -1));
  later.hear(message);
  expect(later.state.phase.name).toBe('open');
});

test.each([
  ['before the report', day(-1), 'The due date had passed when the report was made.'],
  ['in the year 1', '0001-01-01T00:00:00.000Z', 'The due date had passed when the report was made.'],
  [
    'in the year 9999',
    '9999-12-31T00:00:00.000Z',
    'The due date lies more than two years after the report: ask AWS whether it is right.',
  ],
  ['that is none', 'soon', 'The report’s due date cannot be read.'],
])('a due date %s is kept and doubted', (_, upcomingResolutionDueDate, doubt) => {
  const simulation = new Simulation();
  simulation.hear(report('one', 0, { upcomingResolutionDueDate }));
  expect(simulation.state.phase.name).toBe('open');
  expect(simulation.sent[0]?.notice.lines).toContain(doubt);
});

test('a report that makes sense is not doubted', () => {
  expect(doubtsAbout(report('one', 0))).toEqual([]);
  expect(doubtsAbout(report('one', 0, { upcomingResolutionDueDate: day(700) }))).toEqual([]);
  expect(doubtsAbout(clean('two', 0))).toEqual([]);
});

test.each([
  [undefined, 'eventId (a text), reportedAt'],
  [{ ...report('one', 0), reportedAt: 'yesterday' }, ': reportedAt (an ISO 8601 time).'],
  [{ ...report('one', 0), reportedAt: '2026-03-02T12:00:00' }, ': reportedAt (an ISO 8601 time).'],
  [{ ...report('one', 0), numberOfVersionsWithIssues: '3' }, ': numberOfVersionsWithIssues (a whole number from 0).'],
  [{ ...report('one', 0), numberOfProductsWithIssues: -1 }, ': numberOfProductsWithIssues (a whole number from 0).'],
  [{ ...report('one', 0), newIssuesFound: 'yes' }, ': newIssuesFound (true or false).'],
])('a signal that is no report is named by its fields', (payload, text) => {
  expect(reportProblem(payload)).toContain(text);
  expect(reportProblem(report('one', 0))).toBeUndefined();
});

test('an overdue case speaks critically from the start, one that is weeks away does not', () => {
  const severities = [day(-1), day(0.5), day(30)].map((upcomingResolutionDueDate) => {
    const simulation = new Simulation();
    simulation.nowMs = startMs;
    simulation.hear(report('one', 0, { upcomingResolutionDueDate }));
    return simulation.sent[0]?.notice.severity;
  });
  expect(severities).toEqual(['critical', 'critical', 'warning']);
});
