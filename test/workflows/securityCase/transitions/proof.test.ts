import fc from 'fast-check';
import {
  isProven,
  nothingTracked,
  proofText,
  tracked,
} from '../../../../src/workflows/securityCase/transitions/proof.ts';
import { account, assessments, day, dayMs, report, Simulation, startMs } from '../simulation.ts';

const five = ['do-1', 'do-2', 'do-3', 'do-4', 'do-5'];
const lastNotice = (simulation: Simulation) => simulation.sent.at(-1)?.notice;

/** A case whose report counts five versions; this many of their delivery options were found failed. */
function opened(failed: readonly string[] = five): Simulation {
  const simulation = new Simulation();
  simulation.assessments = assessments(failed);
  simulation.hear(report('one', 0));
  return simulation;
}

test('newer passes of all affected delivery options close the case, and the notice says that this is the proof', () => {
  const simulation = opened();
  simulation.nowMs = startMs + dayMs;
  simulation.assessments = assessments([], five);
  simulation.watch();
  expect(simulation.state.phase).toMatchObject({ name: 'clear', ground: 'assessments', closedAt: day(1) });
  expect(lastNotice(simulation)).toMatchObject({
    id: `security:${account}:assessments:one`,
    kind: 'resolution',
    severity: 'information',
    lines: ['Every affected delivery option (5 in all) has passed a newer assessment: that is the proof.'],
  });
  simulation.advanceTo(startMs + 400 * dayMs);
  expect(simulation.reminders()).toEqual([]);
});

test('a first check that finds everything fixed closes the case, and its end is the one notice', () => {
  const simulation = new Simulation();
  const fixed = five.map((subject) => ({ subject, failedAt: day(-1) }));
  simulation.assessments = { ...readable([]), fixed, passed: five };
  simulation.hear(report('one', 0));
  expect(simulation.state.phase).toMatchObject({ name: 'clear', ground: 'assessments' });
  expect(simulation.sent.map(({ notice }) => [notice.id, notice.kind])).toEqual([
    [`security:${account}:assessments:one`, 'resolution'],
  ]);
});

test('what was fixed and has failed again is not proven', () => {
  const simulation = new Simulation();
  const fixed = five.map((subject) => ({ subject, failedAt: day(-1) }));
  simulation.assessments = { ...readable(['do-1']), fixed, passed: five };
  simulation.hear(report('one', 0));
  expect(simulation.state.phase.name).toBe('open');
});

test('some passes are progress: the next reminder says so', () => {
  const simulation = opened();
  simulation.assessments = assessments(['do-5'], five.slice(0, 4));
  simulation.watch();
  expect(simulation.state.phase.name).toBe('open');
  expect(simulation.sent).toHaveLength(1);
  simulation.advanceTo(startMs + 31 * dayMs);
  expect(lastNotice(simulation)?.lines).toContain('Of 5 affected delivery options, 4 have passed a newer assessment.');
});

test.each([
  ['fewer options were found than the report counts versions', five.slice(1), [], five.slice(1)],
  ['nothing was found failed at all', [], [], []],
  ['an option is not listed any more', five, [], five.slice(1)],
  ['another one fails by now', five, ['do-6'], five],
])('it proves nothing where %s', (_, before, failing, passed) => {
  const simulation = opened(before);
  simulation.assessments = assessments(failing, passed);
  simulation.watch();
  expect(simulation.state.phase.name).toBe('open');
});

test('what a report of zero versions but issues counts is at least one option', () => {
  const one = tracked(nothingTracked, { ...readable(['do-1']), passed: [] });
  const counted = report('one', 0, { numberOfVersionsWithIssues: 0, numberOfLatestVersionsWithIssues: 0 });
  expect(isProven(nothingTracked, counted)).toBe(false);
  expect(isProven({ ...one, passed: ['do-1'] }, counted)).toBe(true);
});

test('more than can be followed prove nothing, even when all that are followed pass', () => {
  const many = readable(Array.from({ length: 200 }, (_, index) => `do-${index}`));
  const full = tracked(nothingTracked, many);
  expect(full.complete).toBe(true);
  for (const over of [tracked(nothingTracked, { ...many, total: 201 }), tracked(full, readable(['do-200']))]) {
    expect(over).toMatchObject({ complete: false });
    expect(over.failed).toHaveLength(200);
    const passed = over.failed.map(({ subject }) => subject);
    const later = tracked(over, { ...readable([]), passed });
    expect(isProven(later, report('one', 0))).toBe(false);
    expect(proofText(later)).toContain('Of more than 200 affected delivery options, 200 have passed');
  }
});

test('whatever the checks find: proven only where nothing fails, and everything that ever failed has passed', () => {
  const subjects = fc.subarray(five);
  fc.assert(
    fc.property(fc.array(fc.tuple(subjects, subjects)), (checks) => {
      const ever = new Set<string>();
      let tracking = nothingTracked;
      for (const [failed, passed] of checks) {
        tracking = tracked(tracking, { ...readable(failed), passed });
        for (const subject of failed) ever.add(subject);
        const all = [...ever];
        const proven = all.length === five.length && all.every((one) => passed.includes(one) && !failed.includes(one));
        expect(isProven(tracking, report('one', 0))).toBe(proven);
      }
    }),
  );
});

describe('recheck', () => {
  test('checks once, and leaves its answer in the notes', () => {
    const simulation = opened();
    simulation.assessments = assessments(['do-5'], five.slice(0, 4));
    simulation.command('recheck');
    expect(simulation.state.notes).toEqual([
      'Checked the assessments for ann. Of 5 affected delivery options, 4 have passed a newer assessment.',
    ]);
    expect(simulation.state.audit).toMatchObject([{ command: 'recheck', actor: 'ann' }]);
    expect(simulation.sent).toHaveLength(1);
  });

  test('closes on proof', () => {
    const simulation = opened();
    simulation.assessments = assessments([], five);
    simulation.command('recheck');
    expect(simulation.state.phase).toMatchObject({ name: 'clear', ground: 'assessments' });
  });

  test('says where the assessments can prove nothing', () => {
    const simulation = new Simulation();
    simulation.hear(report('one', 0));
    simulation.command('recheck');
    expect(simulation.state.notes.at(-1)).toContain('No failed assessment is known');
  });
});

test('what assessments have closed is opened by a later report, and has to be proven again', () => {
  const simulation = opened();
  simulation.nowMs = startMs + dayMs;
  simulation.assessments = assessments([], five);
  simulation.watch();
  simulation.hear(report('two', 2));
  expect(simulation.state.phase).toMatchObject({ name: 'open', tracking: { failed: [], passed: [] } });
});

function readable(failed: readonly string[]) {
  const found = assessments(failed);
  if (!found.readable) throw new Error('expected a readable answer');
  return found;
}
