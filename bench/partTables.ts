import { aligned, kilobytesPerMegabyte } from './rows.ts';
import type { Row } from './rows.ts';
import { keptTogether } from './report.ts';
import type {
  AccountsFigures,
  BackfillFigures,
  BackfillRunFigures,
  ItemFigures,
  LatencyFigures,
  QuotaFigures,
  QuotaUse,
  ResubmitFigures,
  WaitingFigures,
} from './report.ts';

/** Items that wait. Nothing where that part is left out. */
export function itemLines(items: ItemFigures | null): string[] {
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
        'started again, MB',
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

/** From a failed event to its accepted resubmit. Nothing where that part is left out. */
export function resubmitLines(figures: ResubmitFigures | null): string[] {
  if (figures === null) return [];
  const { samples, floorMs, resubmitMs } = figures;
  const row = (name: string, of: (latency: LatencyFigures) => number): Row => {
    const floor = of(floorMs);
    const resubmit = of(resubmitMs);
    return [name, floor.toFixed(0), resubmit.toFixed(0), (resubmit / floor).toFixed(1)];
  };
  return [
    `From a failed event to its accepted resubmit, without the back-off, ms (${samples} each)`,
    ...aligned([
      ['', 'Temporal alone', 'resubmit', 'by Temporal alone'],
      row('p50', ({ p50 }) => p50),
      row('p99', ({ p99 }) => p99),
    ]),
    '',
  ];
}

/** Accounts of one worker. Nothing where that part is left out. */
export function accountLines(figures: AccountsFigures | null): string[] {
  if (figures === null) return [];
  const { one, many } = figures;
  return [
    'Accounts of one worker process, each reconciled at production’s interval and nothing else',
    ...aligned([
      ['accounts', 'RSS, MB', 'kB for each more', 'idle CPU, %'],
      ...[one, many].map((row): Row => [
        String(row.accounts),
        (row.rssKilobytes / kilobytesPerMegabyte).toFixed(0),
        row === one ? '' : ((many.rssKilobytes - one.rssKilobytes) / (many.accounts - one.accounts)).toFixed(0),
        (row.idleCpuShare * 100).toFixed(2),
      ]),
    ]),
    '',
  ];
}

/** The backfills. Nothing where that part is left out. */
export function backfillLines(figures: BackfillFigures | null): string[] {
  if (figures === null) return [];
  return [
    'Backfill of change sets; the longest history of its runs',
    ...aligned([
      ['', 'found', 'started', 'left', 'seconds', 'a second', 'runs', 'events', 'kB'],
      backfillRow('dry run', figures.dryRun, figures.dryRun.found),
      backfillRow('real', figures.real, figures.real.started),
    ]),
    '',
  ];
}

function backfillRow(name: string, run: BackfillRunFigures, done: number): Row {
  const { found, started, left, seconds, runs, mostEvents, mostKilobytes } = run;
  const counts = [found, started, left].map(String);
  const rate = (done / seconds).toFixed(0);
  return [name, ...counts, seconds.toFixed(0), rate, String(runs), String(mostEvents), mostKilobytes.toFixed(0)];
}

/** What each item cost that waits in the second check and not in the first. */
function kilobytesEach(before: WaitingFigures, after: WaitingFigures): number {
  return (after.rssKilobytes - before.rssKilobytes) / (after.waiting - before.waiting);
}

/** How the quotas were used. Nothing where that part is left out. */
export function quotaLines(quotas: QuotaFigures | null): string[] {
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
