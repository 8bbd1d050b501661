import type { BackfillFigures, BackfillRunFigures } from './backfill/figures.ts';
import type { Machine } from './machine.ts';
import { ingressTailLines, ingressVerdicts } from './ingressTable.ts';
import { accountLines, accountsVerdict } from './accounts/table.ts';
import { holdsMemory, holdsQuotas, keptTogether, isSoon } from './report.ts';
import type {
  IngressFigures,
  ItemFigures,
  QuotaFigures,
  QuotaUse,
  Report,
  ResubmitFigures,
  SideFigures,
  WaitingFigures,
  WorkerFigures,
} from './report.ts';
import type { Spread } from './statistics.ts';
import { limitLines, limitVerdict } from './limits/table.ts';
import { aligned, megabytes, section, type Colors, type Row } from './sections.ts';
import { stormLines, stormVerdict } from './storm/table.ts';

/** Above it, something else wanted a processor during the minute before the run. */
const quietBelow = 1;

const spread = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;

const latency = ({ latencyMs }: SideFigures): string => `${latencyMs.p50.toFixed(1)} / ${latencyMs.p99.toFixed(1)}`;

const pairCount = ({ pairs, pairsAsked }: { readonly pairs: number; readonly pairsAsked: number }): string =>
  pairs < pairsAsked ? `${pairs} (of ${pairsAsked}: time was up)` : String(pairs);

/** The report for operators: figures with their units, each spread as median (least–greatest). */
export function reportText(report: Report, colors: Colors): string {
  const {
    machine,
    ingress,
    workerCpu,
    itemsWaiting,
    backfill,
    resubmit,
    accounts,
    quotas,
    storms,
    limits,
    ok,
    seconds,
  } = report;
  return [
    machineLine(machine),
    '',
    ...ingressLines(ingress),
    ...ingressTailLines(report),
    ...workerLines(workerCpu),
    ...itemLines(itemsWaiting),
    ...backfillLines(backfill),
    ...resubmitLines(resubmit),
    ...accountLines(accounts),
    ...quotaLines(quotas),
    ...stormLines(storms),
    ...limitLines(limits),
    ...(ok === null ? [notJudged(report)] : verdicts(report, colors)),
    ...(machine.loadBefore < quietBelow ? [] : [busyNote(machine)]),
    `Took ${seconds.toFixed(0)} s.`,
  ].join('\n');
}

function notJudged(report: Report): string {
  const { ingress, halfLoad, queues, memory, itemsWaiting, accounts, quotas, storms, resubmit, limits } = report;
  const judged = [halfLoad, queues, memory, itemsWaiting, accounts, quotas, storms, resubmit, limits];
  return ingress.length === 0 && judged.every((part) => part === null)
    ? 'Every part that is judged was left out.'
    : '--quick: these figures mean nothing and are not judged.';
}

function verdicts(report: Report, colors: Colors): string[] {
  const { itemsWaiting, accounts, quotas, storms, resubmit, limits } = report;
  return [
    ...ingressVerdicts(report).map(({ holds, text }) => (holds ? colors.green(text) : colors.red(text))),
    ...(itemsWaiting === null ? [] : [memoryVerdict(itemsWaiting, colors)]),
    ...(quotas === null ? [] : [quotaVerdict(quotas, colors)]),
    ...(storms ?? []).map((figures) => stormVerdict(figures, colors)),
    ...(resubmit === null ? [] : [resubmitVerdict(resubmit, colors)]),
    ...(accounts === null ? [] : [accountsVerdict(accounts, colors)]),
    ...(limits ?? []).map((figures) => limitVerdict(figures, colors)),
  ];
}

function memoryVerdict(items: ItemFigures, { green, red }: Colors): string {
  return holdsMemory(items)
    ? green('The burst of items stays within its memory.')
    : red('The burst of items takes more memory than it may: see above.');
}

function resubmitVerdict(figures: ResubmitFigures, { green, red }: Colors): string {
  return isSoon(figures)
    ? green('One failure alone is submitted again soon after its bare trace.')
    : red('One failure alone is submitted again too late after its bare trace: see above.');
}

function quotaVerdict(quotas: QuotaFigures, { green, red }: Colors): string {
  return holdsQuotas(quotas)
    ? green('No quota is exceeded, the tightest is used well, and no account slows another.')
    : red('The quotas are exceeded, or not used as they should be: see above.');
}

function ingressLines(ingress: readonly IngressFigures[]): string[] {
  const title = 'Ingress against bare signalWithStart, deliveries per second; latency is p50 / p99 in ms';
  return section(ingress.length === 0 ? null : ingress, title, (loads) => [
    ['callers', 'pairs', 'bare /s', 'ingress /s', 'bare ms', 'ingress ms', 'ingress : bare'],
    ...loads.map(ingressRow),
  ]);
}

function workerLines(figures: WorkerFigures | null): string[] {
  return section(figures, 'Worker CPU (user + system), ms for each workflow', (worker) => [
    ['pairs', 'workflows', 'bare', 'remediation', 'remediation : bare'],
    workerRow(worker),
  ]);
}

function itemLines(figures: ItemFigures | null): string[] {
  const startedIn = figures?.seconds.toFixed(0);
  const title = `Items waiting in the back-off of their product query, one worker process (started in ${startedIn} s)`;
  return section(figures, title, (items) => [
    [
      'waiting',
      'peak, MB',
      'RSS, MB',
      'by the first row',
      'kB for each more',
      'started again, MB',
      'by its first row',
      'idle CPU, %',
    ],
    ...[items.few, ...items.figures].map((row, index, rows): Row => {
      const before = rows[index - 1];
      return [
        String(row.waiting),
        megabytes(row.peakKilobytes),
        megabytes(row.rssKilobytes),
        (row.rssKilobytes / items.few.rssKilobytes).toFixed(2),
        before === undefined ? '' : kilobytesEach(before, row).toFixed(1),
        megabytes(row.freshRssKilobytes),
        (row.freshRssKilobytes / items.few.freshRssKilobytes).toFixed(2),
        (row.idleCpuShare * 100).toFixed(2),
      ];
    }),
  ]);
}

/** What each item cost that waits in the second check and not in the first. */
function kilobytesEach(before: WaitingFigures, after: WaitingFigures): number {
  return (after.rssKilobytes - before.rssKilobytes) / (after.waiting - before.waiting);
}

/** From a failed event to its accepted resubmit. */
function resubmitLines(figures: ResubmitFigures | null): string[] {
  const title = `From a failed event to its accepted resubmit, without the back-off and the timer, ms (${figures?.samples} each)`;
  return section(figures, title, ({ floorMs, resubmitMs }) => [
    ['', 'bare trace', 'resubmit', 'by the bare trace'],
    ...(['p50', 'p99'] as const).map((name): Row => {
      const [floor, resubmit] = [floorMs[name], resubmitMs[name]];
      return [name, floor.toFixed(0), resubmit.toFixed(0), (resubmit / floor).toFixed(1)];
    }),
  ]);
}

function backfillLines(figures: BackfillFigures | null): string[] {
  return section(figures, 'Backfill of change sets; the longest history of its runs', ({ dryRun, real }) => [
    ['', 'found', 'started', 'left', 'seconds', 'a second', 'runs', 'events', 'kB'],
    backfillRow('dry run', dryRun, dryRun.found),
    backfillRow('real', real, real.started),
  ]);
}

function backfillRow(name: string, run: BackfillRunFigures, done: number): Row {
  const { found, started, left, seconds, runs, mostEvents, mostKilobytes } = run;
  const counts = [found, started, left].map(String);
  const rate = (done / seconds).toFixed(0);
  return [name, ...counts, seconds.toFixed(0), rate, String(runs), String(mostEvents), mostKilobytes.toFixed(0)];
}

function quotaLines(quotas: QuotaFigures | null): string[] {
  if (quotas === null) return [];
  const shares = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join(' ');
  const row = ({ accounts, used }: QuotaUse): Row => [accounts.join(' '), shares(used)];
  return [
    `Use of the quota of ${quotas.operation} by two workers, over ${quotas.steadySeconds.toFixed(0)} s with more to ask`,
    ...aligned([['accounts', 'used'], ...[...quotas.alone, quotas.together].map(row)]),
    `  together by alone: ${shares(keptTogether(quotas))}; fullest ten seconds of any quota: ` +
      `${quotas.fullestWindow.toFixed(2)}; throttled: ${quotas.throttled}`,
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
  const { remediation, bare, ratio } = figures;
  return [
    pairCount(figures),
    `${remediation.workflows} of each`,
    spread(bare.cpuMsPerWorkflow, 1),
    spread(remediation.cpuMsPerWorkflow, 1),
    spread(ratio, 2),
  ];
}
