import picocolors from 'picocolors';
import {
  drainsQueue,
  holdsMemory,
  holdsQuotas,
  holdsTail,
  ingressFloors,
  isFlat,
  isSoon,
  reachesFloor,
} from '../report.ts';
import type { HalfLoadFigures, IngressFigures, MemoryFigures, QueueFigures, QuotaFigures, Report } from '../report.ts';
import { reportText } from '../table.ts';

const plain = picocolors.createColors(false);
const spread = { median: 100, min: 90, max: 110 };
const side = { deliveries: 40, deliveriesPerSecond: spread, latencyMs: { p50: 8.04, p99: 12.5 } };

const load = (callers: number, median: number, pairs = 4): IngressFigures => ({
  callers,
  pairsAsked: 4,
  pairs,
  deliveriesPerRound: 10,
  bare: side,
  ingress: side,
  ratio: { median, min: median - 0.1, max: median + 0.1 },
});

const quotas = (together: number, fullestWindow = 0.98): QuotaFigures => ({
  operation: 'ListChangeSets',
  alone: [
    { accounts: ['one'], used: [0.94] },
    { accounts: ['two'], used: [0.95] },
  ],
  together: { accounts: ['one', 'two'], used: [0.94, together] },
  fullestWindow,
  throttled: 0,
  steadySeconds: 40,
});

const report = (ok: boolean | null, ...ingress: IngressFigures[]): Report => ({
  ok,
  machine: {
    cores: 2,
    processor: 'A processor',
    platform: 'linux-x64',
    node: '24.0.0',
    temporalServer: '1.32.0',
    storage: 'in memory',
    loadBefore: 0.5,
  },
  seconds: 100,
  ingressFloors,
  ingress,
  halfLoad: null,
  queues: null,
  memory: null,
  workerCpu: {
    pairsAsked: 3,
    pairs: 3,
    workflowsPerRound: 5,
    bare: { workflows: 15, cpuMsPerWorkflow: { median: 5, min: 4, max: 6 } },
    remediation: { workflows: 15, cpuMsPerWorkflow: { median: 50, min: 45, max: 55 } },
    ratio: { median: 10, min: 9, max: 11 },
  },
  itemsWaiting: null,
  backfill: null,
  quotas: null,
  resubmit: null,
  accounts: null,
  storms: null,
  limits: null,
});

test('quotas are held and used, or the report says that they are not', () => {
  expect([quotas(0.94), quotas(0.89), quotas(0.9, 1.02), { ...quotas(0.94), throttled: 1 }].map(holdsQuotas)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  const slower = { ...quotas(0.9), alone: quotas(0.94).alone.map((use) => ({ ...use, used: [0.97] })) };
  expect(holdsQuotas(slower)).toBe(false);
  const text = reportText({ ...report(true), quotas: quotas(0.94) }, plain);
  expect(text).toContain('one two   0.940 0.940');
  expect(text).toContain('together by alone: 1.000 0.989; fullest ten seconds of any quota: 0.98; throttled: 0');
  expect(text).toContain('No quota is exceeded');
  expect(reportText({ ...report(false), quotas: quotas(0.5) }, plain)).toContain('not used as they should be');
});

test('the floor counts as reached', () => {
  expect([0.869, 0.87, 1.2].map((median) => reachesFloor(load(1, median)))).toEqual([false, true, true]);
  expect([0.87, 0.949, 0.95].map((median) => reachesFloor(load(32, median)))).toEqual([false, false, true]);
});

test('machine, figures with spread, and a verdict for each load', () => {
  const text = reportText(report(false, load(1, 0.9), load(32, 0.8)), plain);
  expect(text).toContain('2 cores (A processor), linux-x64, Node 24.0.0, Temporal server 1.32.0, in memory');
  expect(text).toContain('100 (90–110)');
  expect(text).toContain('8.0 / 12.5');
  expect(text).toContain('0.90 (0.80–1.00)');
  expect(text).toContain('50.0 (45.0–55.0)');
  expect(text).toContain('The ingress reaches 0.87 of bare at 1 caller: 0.900.');
  expect(text).toContain('The ingress does not reach 0.95 of bare at 32 callers: 0.800.');
});

const around = (median: number) => ({ median, min: median - 0.1, max: median + 0.1 });
const halfLoad = (median: number): HalfLoadFigures => ({
  pairsAsked: 4,
  pairs: 4,
  deliveriesPerRound: 300,
  perSecond: 66.4,
  bareP99Ms: around(20),
  ingressP99Ms: around(22),
  ratio: around(median),
});
const queue = (median: number): QueueFigures => ({
  callers: 40,
  pairsAsked: 4,
  pairs: 4,
  eventsPerRound: 320,
  barePerSecond: around(130),
  queuePerSecond: around(125),
  serverPerSecond: 2_345.6,
  ratio: around(median),
});
const memory = (megabytes: number): MemoryFigures => ({
  requests: 100_000,
  perSecond: 1_500.4,
  firstRequests: 20_000,
  firstMegabytes: 100,
  megabytes,
});

test('tail, queue and memory of the ingress each have their bound and a verdict', () => {
  expect([1.15, 1.151].map((median) => holdsTail(halfLoad(median)))).toEqual([true, false]);
  expect([0.949, 0.95].map((median) => drainsQueue(queue(median)))).toEqual([false, true]);
  expect([90, 116, 117].map((megabytes) => isFlat(memory(megabytes)))).toEqual([true, true, false]);
  const measured = { halfLoad: halfLoad(1.1), queues: queue(0.97), memory: memory(103) };
  const text = reportText({ ...report(true), ...measured }, plain);
  expect(text).toContain('p99 at half load (66 deliveries a second; 4 pairs of rounds of 300), ms');
  expect(text).toContain('ingress : bare 1.10 (1.00–1.20)');
  expect(text).toContain('against bare signalWithStart with 40 callers');
  expect(text).toContain("the queue's local server alone: 2,346");
  expect(text).toContain('after 20,000: 100 MB   after 100,000: 103 MB');
  expect(text).toContain('p99 at half load is 1.100 of bare, at most 1.15.');
  expect(text).toContain('One process takes 0.970 of bare from a queue, at least 0.95.');
  expect(text).toContain('Memory differs by 3 MB over the events, at most 16.');
});

test('fewer pairs than asked are said so, and a quick run gives no verdict', () => {
  const text = reportText(report(null, load(1, 0.5, 3)), plain);
  expect(text).toContain('3 (of 4: time was up)');
  expect(text).not.toContain('of bare at');
  expect(text).toContain('not judged');
});

test('the table says that a machine was not quiet', () => {
  const quiet = report(true, load(1, 0.9));
  expect(reportText(quiet, plain)).not.toContain('not quiet');
  const busy = { ...quiet, machine: { ...quiet.machine, loadBefore: 3.2 } };
  expect(reportText(busy, plain)).toContain('The machine was not quiet (load average 3.20 before the run)');
});

test('columns are as wide as their widest cell', () => {
  const lines = reportText(report(true, load(1, 0.9), load(32, 0.9, 3)), plain).split('\n');
  const rows = lines.filter((line) => /^ +(callers|1 |32 )/.test(line));
  expect(rows).toHaveLength(3);
  expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
});

test('colours only where they are wanted', () => {
  const escape = '\u001b';
  const coloured = picocolors.createColors(true);
  expect(reportText(report(true, load(1, 0.9)), plain)).not.toContain(escape);
  expect(reportText(report(true, load(1, 0.9)), coloured)).toContain(
    coloured.green('The ingress reaches').slice(0, 10),
  );
});

test('items that wait: the whole against hardly any, and what each more costs', () => {
  const at = (waiting: number, rssKilobytes: number) => {
    const peakKilobytes = rssKilobytes + 102_400;
    return {
      waiting,
      rssKilobytes,
      peakKilobytes,
      heapKilobytes: 51_200,
      idleCpuShare: 0.0123,
      freshRssKilobytes: 204_800 + waiting,
    };
  };
  const itemsWaiting = { few: at(100, 204_800), figures: [at(2_000, 307_200), at(10_000, 315_200)], seconds: 90 };
  const lines = reportText({ ...report(true, load(1, 0.9)), itemsWaiting }, plain).split('\n');
  const rows = lines.map((line) => line.trim().split(/ {2,}/));
  expect(rows).toContainEqual(['100', '300', '200', '1.00', '200', '1.00', '1.23']);
  expect(rows).toContainEqual(['2000', '400', '300', '1.50', '53.9', '202', '1.01', '1.23']);
  expect(rows).toContainEqual(['10000', '408', '308', '1.54', '1.0', '210', '1.05', '1.23']);
});

test.each([
  [649, 399, true],
  [651, 399, false],
  [649, 401, false],
])('a burst that takes %i MB, and %i a minute later: %s', (peak, later, holds) => {
  const waits = { waiting: 10_000, heapKilobytes: 1, idleCpuShare: 0, freshRssKilobytes: 1 };
  const figures = [{ ...waits, peakKilobytes: peak * 1_024, rssKilobytes: later * 1_024 }];
  expect(holdsMemory({ figures })).toBe(holds);
});

test('a backfill: its numbers, its pace and its longest history', () => {
  const run = { found: 50_000, known: 0, started: 0, failed: 0, left: 50_000, seconds: 100 };
  const backfill = {
    dryRun: { ...run, runs: 1, mostEvents: 1_500, mostKilobytes: 900.4 },
    real: { ...run, started: 3_000, left: 47_000, seconds: 60, runs: 2, mostEvents: 1_600, mostKilobytes: 1_000 },
  };
  const lines = reportText({ ...report(true, load(1, 0.9)), backfill }, plain).split('\n');
  const rows = lines.map((line) => line.trim().split(/ {2,}/));
  expect(rows).toContainEqual(['dry run', '50000', '0', '50000', '100', '500', '1', '1500', '900']);
  expect(rows).toContainEqual(['real', '50000', '3000', '47000', '60', '50', '2', '1600', '1000']);
});

test('parts that are left out are not shown', () => {
  const text = reportText({ ...report(null), workerCpu: null }, plain);
  expect(text).not.toContain('Ingress against');
  expect(text).not.toContain('Worker CPU');
  expect(text).not.toContain('Items waiting');
  expect(text).not.toContain('Backfill');
  expect(text).not.toContain('accepted resubmit');
  expect(text).not.toContain('Accounts of one worker');
  expect(text).toContain('Every part that is judged was left out.');
});

test('latencies and accounts are shown beside what they are held against', () => {
  const checked = { firstCheckSeconds: 2.34, reloadCpuMs: 56.7 };
  const text = reportText(
    {
      ...report(true),
      resubmit: { samples: 100, floorMs: { p50: 40, p99: 80 }, resubmitMs: { p50: 600, p99: 1_000 } },
      accounts: {
        one: { ...checked, accounts: 1, rssKilobytes: 300 * 1_024, idleCpuShare: 0.001 },
        many: [{ ...checked, accounts: 50, rssKilobytes: 349 * 1_024, idleCpuShare: 0.02 }],
      },
    },
    plain,
  );
  expect(text).toMatch(/p50 +40 +600 +15\.0\n/);
  expect(text).toMatch(/p99 +80 +1000 +12\.5\n/);
  expect(text).toMatch(/ 50 +349 +1024 +2\.00 +2\.3 +57\n/);
});

test('storms are shown with their calls, and each is judged by its bounds', () => {
  const storm = {
    changeSets: 100,
    entities: 10,
    workers: 2,
    submitted: 10,
    submittedTwice: 0,
    endedByTheirRow: 90,
    seconds: 25.2,
    floorSeconds: 21,
    callsPerSubmit: { StartChangeSet: 1, ListChangeSets: 0.25 },
    throttled: 0,
    firstCheckSeconds: { sameAccount: 12.34, otherAccount: 0.5 },
    notices: 20,
    criticalNoticeSeconds: 1.25,
  };
  const text = reportText({ ...report(true), storms: [storm] }, plain);
  const rows = text.split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(rows).toContainEqual(['100', '10', '2', '10', '0', '90', '25.2', '1.20', '0', '12.3 / 0.5', '1.3']);
  expect(rows).toContainEqual(['100', '10', '2', '1.00', '0.00', '0.00', '0.00', '0.25']);
  expect(text).toContain(
    'The storm of 100 on 10 entities (workers: 2) keeps its bounds: 1.20 of its floor, at most 1.35.',
  );
  const broken = reportText({ ...report(false), storms: [{ ...storm, throttled: 1 }] }, plain);
  expect(broken).toContain('does not keep its bounds');
});

test('one failure alone may take 1.6 times the bare trace', () => {
  const resubmit = (p50: number) => ({ samples: 60, floorMs: { p50: 50, p99: 80 }, resubmitMs: { p50, p99: 900 } });
  expect([79, 80, 81].map((p50) => isSoon(resubmit(p50)))).toEqual([true, true, false]);
  expect(reportText({ ...report(true), resubmit: resubmit(79) }, plain)).toContain('is submitted again soon');
  expect(reportText({ ...report(false), resubmit: resubmit(81) }, plain)).toContain('is submitted again too late');
});
