import type picocolors from 'picocolors';
import type { Machine } from './machine.ts';
import { accountLines, backfillLines, itemLines, quotaLines, resubmitLines } from './partTables.ts';
import { holdsQuotas, ingressFloor, reachesFloor } from './report.ts';
import type { IngressFigures, QuotaFigures, Report, SideFigures, WorkerFigures } from './report.ts';
import { aligned } from './rows.ts';
import type { Row } from './rows.ts';
import type { Spread } from './statistics.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** Above it, something else wanted a processor during the minute before the run. */
const quietBelow = 1;

const spread = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;

const latency = ({ latencyMs }: SideFigures): string => `${latencyMs.p50.toFixed(1)} / ${latencyMs.p99.toFixed(1)}`;

const pairCount = ({ pairs, pairsAsked }: { readonly pairs: number; readonly pairsAsked: number }): string =>
  pairs < pairsAsked ? `${pairs} (of ${pairsAsked}: time was up)` : String(pairs);

/** The report for operators: figures with their units, each spread as median (least–greatest). */
export function reportText(report: Report, colors: Colors): string {
  const { machine, ingress, workerCpu, itemsWaiting, backfill, resubmit, accounts, quotas, ok, seconds } = report;
  return [
    machineLine(machine),
    '',
    ...ingressLines(ingress),
    ...workerLines(workerCpu),
    ...itemLines(itemsWaiting),
    ...backfillLines(backfill),
    ...resubmitLines(resubmit),
    ...accountLines(accounts),
    ...quotaLines(quotas),
    ...(ok === null ? [notJudged(report)] : verdicts(report, colors)),
    ...(machine.loadBefore < quietBelow ? [] : [busyNote(machine)]),
    `Took ${seconds.toFixed(0)} s.`,
  ].join('\n');
}

function notJudged({ ingress, quotas }: Report): string {
  return ingress.length === 0 && quotas === null
    ? 'The ingress and the quotas were left out: nothing is judged.'
    : '--quick: these figures mean nothing and are not judged.';
}

function verdicts({ ingress, quotas }: Report, colors: Colors): string[] {
  return [
    ...ingress.map((figures) => verdict(figures, colors)),
    ...(quotas === null ? [] : [quotaVerdict(quotas, colors)]),
  ];
}

function quotaVerdict(quotas: QuotaFigures, { green, red }: Colors): string {
  return holdsQuotas(quotas)
    ? green('No quota is exceeded, the tightest is used well, and no account slows another.')
    : red('The quotas are exceeded, or not used as they should be: see above.');
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

function machineLine({ cores, processor, platform, node, temporalServer, storage, loadBefore }: Machine): string {
  return (
    `${cores} cores (${processor}), ${platform}, Node ${node}, Temporal server ${temporalServer}, ${storage}; ` +
    `load average before: ${loadBefore.toFixed(2)}`
  );
}

function busyNote({ loadBefore }: Machine): string {
  return (
    `The machine was not quiet (load average ${loadBefore.toFixed(2)} before the run): an event passes through more ` +
    `processes than the bare call, and each waits for the processor. Repeat it below ${quietBelow}.`
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
