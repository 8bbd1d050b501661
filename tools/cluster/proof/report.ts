import type { Machine } from '../../../bench/machine.ts';
import type { IntegrationFigures } from './integration.ts';
import { keepsPromises, type KillsFigures } from './kills.ts';
import type { LoadFigures } from './load.ts';

/** Resident memory of a process, in megabytes. */
export interface RoleMemory {
  readonly name: string;
  readonly megabytes: number;
}

/** What `npm run cluster -- test` found; a part that did not run is null. */
export interface ClusterReport {
  /** Whether all tests passed, and nothing was lost or done twice. */
  readonly ok: boolean;
  readonly machine: Machine;
  readonly seconds: number;
  readonly integration: IntegrationFigures | null;
  readonly load: readonly LoadFigures[] | null;
  readonly accounts: readonly LoadFigures[] | null;
  readonly memory: readonly RoleMemory[] | null;
  readonly kills: KillsFigures | null;
}

/** Whether every part that ran is as it has to be. */
export function isAsPromised({ integration, kills }: Pick<ClusterReport, 'integration' | 'kills'>): boolean {
  return (integration === null || integration.failed === 0) && (kills === null || keepsPromises(kills));
}

type Row = readonly string[];

/** A table as the documents have it. */
function table(head: Row, rows: readonly Row[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function loadTable(figures: readonly LoadFigures[]): string {
  const [first] = figures;
  const head = [
    'Temporal',
    'workers',
    'ingresses',
    'accounts',
    'acknowledged/s',
    'settled/s',
    'p50 / p99 ms',
    `at ${first?.pacedPerSecond ?? 0}/s: p50 / p99 ms`,
    'repeats',
    'load before',
  ];
  const rows = figures.map((one) => [
    one.name,
    String(one.workers),
    String(one.ingresses),
    String(one.accounts),
    one.acknowledgedPerSecond.toFixed(0),
    one.settledPerSecond.toFixed(0),
    `${one.latencyMs.p50.toFixed(0)} / ${one.latencyMs.p99.toFixed(0)}`,
    `${one.pacedLatencyMs.p50.toFixed(0)} / ${one.pacedLatencyMs.p99.toFixed(0)}`,
    String(one.repeats),
    one.loadBefore.toFixed(1),
  ]);
  return table(head, rows);
}

function killsText(figures: KillsFigures): string {
  const rows = figures.kills.map(({ part, awaySeconds, acknowledged, longestSeconds }) => [
    part,
    awaySeconds.toFixed(1),
    String(acknowledged),
    longestSeconds.toFixed(1),
  ]);
  const { acknowledged, missing, otherwise, notSubmitted, submittedTwice, settledSeconds } = figures;
  return [
    table(['killed by SIGKILL', 'away, s', 'events acknowledged until the next', 'longest of them, s'], rows),
    '',
    `${acknowledged} failed change sets acknowledged: ${missing} missing, ${otherwise} ended otherwise than as remediated by one`,
    `successor, ${notSubmitted} not submitted again, ${submittedTwice} submitted twice. All had ended ${settledSeconds.toFixed(0)} s after the last.`,
  ].join('\n');
}

function integrationText(figures: IntegrationFigures): string {
  const { passed, failed, skipped, seconds, failures, failedBesideOthers, leftOut } = figures;
  return [
    `${passed} integration tests passed, ${failed} failed, ${skipped} skipped, in ${seconds.toFixed(0)} s`,
    ...failures.map(({ file, test }) => `  FAILED ${file}: ${test}`),
    ...failedBesideOthers.map((file) => `  failed beside others and passed alone: ${file}`),
    ...leftOut.map(({ what, reason }) => `  left out: ${what}: ${reason}`),
  ].join('\n');
}

/** The report as text; its tables go into docs/scale.md as they are. */
export function reportText({ machine, seconds, integration, load, accounts, memory, kills }: ClusterReport): string {
  const { cores, processor, platform, node, temporalServer, storage, loadBefore } = machine;
  return [
    `${cores} cores (${processor}, ${platform}), Node ${node}, Temporal ${temporalServer}, ${storage}; load average before: ${loadBefore.toFixed(1)}; ${seconds.toFixed(0)} s`,
    ...(integration === null ? [] : [integrationText(integration)]),
    ...(load === null ? [] : [loadTable(load)]),
    ...(accounts === null ? [] : [loadTable(accounts)]),
    ...(memory === null
      ? []
      : [
          table(
            ['process', 'resident, MB'],
            memory.map(({ name, megabytes }) => [name, megabytes.toFixed(0)]),
          ),
        ]),
    ...(kills === null ? [] : [killsText(kills)]),
  ].join('\n\n');
}
