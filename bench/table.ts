import type picocolors from 'picocolors';
import type { Machine } from './machine.ts';
import { ingressFloor, reachesFloor } from './report.ts';
import type { IngressFigures, ItemFigures, Report, SideFigures, WaitingFigures, WorkerFigures } from './report.ts';
import type { Spread } from './statistics.ts';

type Colors = ReturnType<typeof picocolors.createColors>;
type Row = readonly string[];

/** Above it, something else wanted a processor during the minute before the run. */
const quietBelow = 1;
const kilobytesPerMegabyte = 1_024;

const spread = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
const latency = ({ latencyMs }: SideFigures): string => `${latencyMs.p50.toFixed(1)} / ${latencyMs.p99.toFixed(1)}`;
const pairCount = ({ pairs, pairsAsked }: { readonly pairs: number; readonly pairsAsked: number }): string =>
  pairs < pairsAsked ? `${pairs} (of ${pairsAsked}: time was up)` : String(pairs);

/** The report for people: figures with their units, each spread as median (least–greatest). */
export function reportText(report: Report, colors: Colors): string {
  const { machine, ingress, workerCpu, itemsWaiting, ok, seconds } = report;
  return [
    machineLine(machine),
    '',
    ...ingressLines(ingress),
    ...workerLines(workerCpu),
    ...itemLines(itemsWaiting),
    ...(ok === null ? [notJudged(ingress)] : ingress.map((figures) => verdict(figures, colors))),
    ...(machine.loadBefore < quietBelow ? [] : [busyNote(machine)]),
    `Took ${seconds.toFixed(0)} s.`,
  ].join('\n');
}

function notJudged(ingress: readonly IngressFigures[]): string {
  return ingress.length === 0
    ? 'The ingress was left out: nothing is judged.'
    : '--quick: these figures mean nothing and are not judged.';
}

function ingressLines(ingress: readonly IngressFigures[]): string[] {
  if (ingress.length === 0) return [];
  return [
    'Ingress against bare signalWithStart, deliveries per second; latency is p50 / p99 in ms',
    ...aligned([
      ['callers', 'pairs', 'bare /s', 'ingress /s', 'bare ms', 'ingress ms', 'ingress : bare'],
      ...ingress.map(ingressRow),
    ]),
    '',
  ];
}

function workerLines(figures: WorkerFigures | null): string[] {
  if (figures === null) return [];
  return [
    'Worker CPU (user + system), ms for each workflow',
    ...aligned([['pairs', 'workflows', 'empty', 'remediation', 'remediation : empty'], workerRow(figures)]),
    '',
  ];
}

function itemLines(items: ItemFigures | null): string[] {
  if (items === null) return [];
  const rows = [items.few, ...items.figures];
  return [
    `Items waiting in the back-off of their product query, one worker process (started in ${items.seconds.toFixed(0)} s)`,
    ...aligned([
      [
        'waiting',
        'RSS, MB',
        'by the first row',
        'kB for each more',
        'started anew, MB',
        'by its first row',
        'idle CPU, %',
      ],
      ...rows.map((row, index): Row => {
        const before = rows[index - 1];
        return [
          String(row.waiting),
          (row.rssKilobytes / kilobytesPerMegabyte).toFixed(0),
          (row.rssKilobytes / items.few.rssKilobytes).toFixed(2),
          before === undefined ? '' : kilobytesEach(before, row).toFixed(1),
          (row.freshRssKilobytes / kilobytesPerMegabyte).toFixed(0),
          (row.freshRssKilobytes / items.few.freshRssKilobytes).toFixed(2),
          (row.idleCpuShare * 100).toFixed(2),
        ];
      }),
    ]),
    '',
  ];
}

/** What each item cost that waits in the second look and not in the first. */
function kilobytesEach(before: WaitingFigures, after: WaitingFigures): number {
  return (after.rssKilobytes - before.rssKilobytes) / (after.waiting - before.waiting);
}

function machineLine({ cores, processor, platform, node, temporalServer, storage, loadBefore }: Machine): string {
  return (
    `${cores} cores (${processor}), ${platform}, Node ${node}, Temporal server ${temporalServer}, ${storage}; ` +
    `load average before: ${loadBefore.toFixed(2)}`
  );
}

function busyNote({ loadBefore }: Machine): string {
  return (
    `The machine was not quiet (load average ${loadBefore.toFixed(2)} before the run): an event passes through more ` +
    `processes than the bare call, and each waits for its turn. Repeat it below ${quietBelow}.`
  );
}

function ingressRow(figures: IngressFigures): Row {
  const { callers, bare, ingress, ratio } = figures;
  return [
    String(callers),
    pairCount(figures),
    spread(bare.deliveriesPerSecond, 0),
    spread(ingress.deliveriesPerSecond, 0),
    latency(bare),
    latency(ingress),
    spread(ratio, 2),
  ];
}

function workerRow(figures: WorkerFigures): Row {
  const { remediation, empty, ratio } = figures;
  return [
    pairCount(figures),
    `${remediation.workflows} of each`,
    spread(empty.cpuMsPerWorkflow, 1),
    spread(remediation.cpuMsPerWorkflow, 1),
    spread(ratio, 1),
  ];
}

function verdict(figures: IngressFigures, { green, red }: Colors): string {
  const { callers, ratio } = figures;
  const load = `${callers} ${callers === 1 ? 'caller' : 'callers'}`;
  const median = ratio.median.toFixed(3);
  return reachesFloor(figures)
    ? green(`The ingress reaches ${ingressFloor} of bare at ${load}: ${median}.`)
    : red(`The ingress does not reach ${ingressFloor} of bare at ${load}: ${median}.`);
}

function aligned(rows: readonly Row[]): string[] {
  const columns = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(columns[column] ?? 0)).join('   ')}`);
}
