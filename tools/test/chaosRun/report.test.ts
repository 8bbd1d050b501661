import { readFlags, usage } from '../../chaos/run/options.ts';
import { chaosText, type ChaosDocument } from '../../chaos/run/report.ts';

const percentiles = { p50: 12_345, p95: 123_456, p99: 123_456 };
const document: ChaosDocument = {
  ok: false,
  seed: 2_147_483_647,
  folder: '.steward/chaos/2147483647-10000-60',
  breach: null,
  counts: {
    acknowledgedEventsUnaccounted: 10_000,
    submissionsSentMoreThanOnce: 0,
    submissionsOverDailyCap: 0,
    noticesDecidedMoreThanOnce: 0,
    noticesEarly: 0,
    workflowsStuckOrFailed: 0,
    endsThatDiffer: 0,
    commandsLost: 0,
    commandsAppliedTwice: 0,
    secretsFound: 0,
  },
  breaches: [],
  events: { http: 10_000, queue: 10_000, none: 1_000 },
  eventsMade: 4_000,
  attempts: 100_000,
  acknowledged: 20_000,
  dropped: 0,
  lost: 1_000,
  deadLetters: 0,
  kills: 60,
  faults: 300,
  unexpectedEnds: [],
  submissions: 4_000,
  notices: 12_000,
  commands: 1_000,
  workflows: 10_000,
  answeredMs: percentiles,
  acknowledgedMs: percentiles,
  searched: { lines: 1_000_000, histories: 20_000 },
  seconds: { stream: 1_000.5, settling: 300.5, total: 2_000.5 },
};

test('the table and the help fit 80 columns', () => {
  const lines = [...chaosText(document).split('\n'), ...usage.split('\n')];
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('every count has a line, with its number', () => {
  const text = chaosText(document);
  expect(text).toContain('   10,000  acknowledged events not accounted for');
  expect(text.match(/^ {8}0 {2}/gm)).toHaveLength(Object.keys(document.counts).length);
});

test('reads its flags, and names what is wrong with one', () => {
  expect(readFlags(['--seed', '7', '--events', '10,000', '--kills', '60'], 1)).toMatchObject({
    seed: 7,
    events: 10_000,
    kills: 60,
    alone: false,
  });
  expect(readFlags([], 42)).toMatchObject({ seed: 42, events: 300, kills: 6 });
  expect(readFlags(['--help'], 1)).toBe('help');
  expect(() => readFlags(['--events', '0'], 1)).toThrow('--events must be a whole number from 1');
  expect(() => readFlags(['--breach', 'nothing'], 1)).toThrow('there are acknowledgeFirst');
  expect(() => readFlags(['--seed', ''], 1)).toThrow('--seed must be a whole number from 0, found nothing');
  expect(() => readFlags(['--undisturbed', '.steward/chaos/none'], 1)).toThrow(
    'found no plan.json in .steward/chaos/none',
  );
  expect(() => readFlags(['--undisturbed', '.', '--alone'], 1)).toThrow('leave out --undisturbed');
});
