import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Report } from '../../report.ts';

const entry = join(__dirname, '..', '..', 'run.ts');
const folder = mkdtempSync(join(tmpdir(), 'steward-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Bench = ChildProcessByStdio<null, Readable, Readable>;

/** With a folder of its own for what it leaves behind, and its own Temporal server. */
function startBench(...words: string[]): Bench {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|STEWARD_TEMPORAL_ADDRESS)/.test(name));
  return spawn(process.execPath, [entry, ...words], {
    env: { ...Object.fromEntries(inherited), TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function endOf(bench: Bench): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const closed = new Promise<number | null>((resolve) => bench.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(bench.stdout), text(bench.stderr), closed]);
  return { exitCode, stdout, stderr };
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

/** No process with the bench's folder in its command line, no file, no server. */
async function expectNothingLeft(stderr: string): Promise<void> {
  const pids = existsSync('/proc') ? readdirSync('/proc') : [];
  const running = pids.filter((name) => /^\d+$/.test(name) && commandOf(name).includes(folder));
  expect(running).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  const port = /^Temporal: .* at 127\.0\.0\.1:(\d+)$/m.exec(stderr)?.[1];
  expect(await isRefused(Number(port))).toBe(true);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const above0 = expect.any(Number) as number;
const spread = { median: above0, min: above0, max: above0 };

function side(deliveries: number): object {
  return { deliveries, deliveriesPerSecond: spread, latencyMs: { p50: above0, p99: above0 } };
}

function waiting(count: number): object {
  return {
    waiting: count,
    rssKilobytes: above0,
    peakKilobytes: above0,
    heapKilobytes: above0,
    idleCpuShare: above0,
    freshRssKilobytes: above0,
  };
}

function backfillRun(numbers: { found: number; started: number; left: number }): object {
  const history = { runs: 1, mostEvents: above0, mostKilobytes: above0 };
  return { ...numbers, known: 0, failed: 0, seconds: above0, ...history };
}

const latency = { p50: above0, p99: above0 };

function accounts(count: number): object {
  return {
    accounts: count,
    rssKilobytes: above0,
    idleCpuShare: expect.any(Number),
    firstCheckSeconds: above0,
    reloadCpuMs: above0,
  };
}

function quotaUse(accounts: number): object {
  const each = (what: unknown): unknown[] => Array.from({ length: accounts }, () => what);
  return { accounts: each(expect.any(String)), used: each(expect.any(Number)) };
}

function grown(what: string, count: number): object {
  const history = { runs: 1, mostEvents: above0, mostKilobytes: above0, actionsEach: above0 };
  return { what, count, ...history, peakKilobytes: above0, seconds: above0 };
}

test('--quick --json: one document with the counts that were asked for, and nothing left behind', async () => {
  const { exitCode, stdout, stderr } = await endOf(startBench('--quick', '--json'));
  expect(stderr).not.toContain('bench:');
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout) as Report;
  expect(report).toEqual({
    ok: null,
    machine: {
      cores: above0,
      processor: expect.any(String) as string,
      platform: `${process.platform}-${process.arch}`,
      node: process.versions.node,
      temporalServer: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      storage: 'in memory (SQLite)',
      loadBefore: above0,
    },
    seconds: above0,
    ingressFloors: { one: 0.87, many: 0.95 },
    ingress: [
      {
        callers: 32,
        pairsAsked: 2,
        pairs: 2,
        deliveriesPerRound: 32,
        bare: side(64),
        ingress: side(64),
        ratio: spread,
      },
      { callers: 1, pairsAsked: 2, pairs: 2, deliveriesPerRound: 5, bare: side(10), ingress: side(10), ratio: spread },
    ],
    halfLoad: {
      pairsAsked: 2,
      pairs: 2,
      deliveriesPerRound: 10,
      perSecond: above0,
      bareP99Ms: spread,
      ingressP99Ms: spread,
      ratio: spread,
    },
    queues: {
      callers: 40,
      pairsAsked: 2,
      pairs: 2,
      eventsPerRound: 20,
      barePerSecond: spread,
      queuePerSecond: spread,
      serverPerSecond: above0,
      ratio: spread,
    },
    memory:
      process.platform === 'linux'
        ? { requests: 500, firstRequests: 100, firstMegabytes: above0, megabytes: above0, perSecond: above0 }
        : null,
    workerCpu: {
      pairsAsked: 2,
      pairs: 2,
      workflowsPerRound: 2,
      bare: { workflows: 4, cpuMsPerWorkflow: spread },
      remediation: { workflows: 4, cpuMsPerWorkflow: spread },
      ratio: spread,
    },
    itemsWaiting: { few: waiting(2), figures: [waiting(20)], seconds: above0 },
    backfill: {
      dryRun: backfillRun({ found: 250, started: 0, left: 250 }),
      real: backfillRun({ found: 250, started: 5, left: 245 }),
    },
    quotas: {
      operation: 'DescribeChangeSet',
      alone: [quotaUse(1), quotaUse(1)],
      together: quotaUse(2),
      fullestWindow: above0,
      throttled: 0,
      steadySeconds: 1,
    },
    resubmit: { samples: 4, floorMs: latency, resubmitMs: latency },
    accounts: { one: accounts(1), many: [accounts(3)] },
    storms: [
      {
        changeSets: 6,
        entities: 6,
        workers: 1,
        submitted: 6,
        submittedTwice: 0,
        endedByTheirRow: 0,
        seconds: above0,
        floorSeconds: above0,
        callsPerSubmit: expect.objectContaining({ StartChangeSet: 1, DescribeChangeSet: 2, ListTagsForResource: 1 }),
        throttled: 0,
        firstCheckSeconds: { sameAccount: above0, otherAccount: above0 },
        notices: 2,
        criticalNoticeSeconds: above0,
      },
    ],
    limits: [{ ...grown('events of one item', 20), floorSeconds: above0 }, grown('successors of one lineage', 1)],
  });
  await expectNothingLeft(stderr);
}, 300_000);

test('Ctrl-C stops everything: status 130, nothing on standard output, nothing left behind', async () => {
  const bench = startBench('--json');
  bench.stderr.on('data', (part: Buffer) => {
    if (part.toString().includes('ingress, 32 callers')) bench.kill('SIGINT');
  });
  const { exitCode, stdout, stderr } = await endOf(bench);
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  expect(stderr).toContain('ingress, 32 callers');
  await expectNothingLeft(stderr);
}, 120_000);
