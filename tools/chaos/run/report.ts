import type { ChaosCounts } from '../records.ts';
import type { RunFigures } from './run.ts';

/** Half of all, and 95 and 99 of a hundred, in milliseconds. */
interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Of a list of milliseconds; null of an empty one. */
function percentilesOf(values: readonly number[]): Percentiles | null {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number): number => Math.round(sorted[Math.floor(part * sorted.length)] ?? 0);
  return sorted.length === 0 ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** A promise that broke: which count it is in, and what shows it. */
export interface ShownBreach {
  readonly count: keyof ChaosCounts | 'run';
  /** In one sentence. */
  readonly what: string;
  /** The lines of the records that show it, the first of them. */
  readonly lines?: readonly unknown[];
}

/** Everything that a run has shown. */
export interface ChaosDocument {
  readonly ok: boolean;
  readonly seed: number;
  readonly folder: string;
  readonly breach: string | null;
  readonly counts: ChaosCounts;
  /** The first of each count. */
  readonly breaches: readonly ShownBreach[];
  readonly events: Readonly<Record<string, number>>;
  /** Events that the simulated vendor made of the outcomes of successors. */
  readonly eventsMade: number;
  readonly attempts: number;
  readonly acknowledged: number;
  readonly dropped: number;
  readonly lost: number;
  readonly deadLetters: number;
  readonly kills: number;
  readonly faults: number;
  /** Processes that ended though nobody killed them. */
  readonly unexpectedEnds: readonly string[];
  readonly submissions: number;
  readonly notices: number;
  readonly commands: number;
  readonly workflows: number;
  /** By HTTP, of the answer that acknowledged. */
  readonly answeredMs: Percentiles | null;
  /** By HTTP, from the first attempt to the answer that acknowledged. */
  readonly acknowledgedMs: Percentiles | null;
  readonly searched: { readonly lines: number; readonly histories: number };
  readonly seconds: { readonly stream: number; readonly settling: number; readonly total: number };
}

/** What the figures of a run say in the document. */
export function figuresOf(
  figures: RunFigures,
): Omit<ChaosDocument, 'ok' | 'seed' | 'folder' | 'breach' | 'counts' | 'breaches'> {
  const { events, made, sender, deadLetters, kills, faults, unexpectedEnds, notices, commands, workflows } = figures;
  const seconds = (ms: number): number => Math.round(ms / 100) / 10;
  return {
    events,
    eventsMade: made,
    attempts: sender.attempts,
    acknowledged: sender.acknowledged,
    dropped: sender.dropped,
    lost: sender.lost,
    deadLetters,
    kills,
    faults,
    unexpectedEnds,
    submissions: figures.submissions,
    notices,
    commands,
    workflows,
    answeredMs: percentilesOf(sender.answeredAfterMs),
    acknowledgedMs: percentilesOf(sender.acknowledgedAfterMs),
    searched: { lines: figures.secrets.lines, histories: figures.secrets.histories },
    seconds: {
      stream: seconds(figures.streamMs),
      settling: seconds(figures.settleMs),
      total: seconds(figures.totalMs),
    },
  };
}

const countNames: Readonly<Record<keyof ChaosCounts, string>> = {
  acknowledgedEventsUnaccounted: 'acknowledged events not accounted for',
  submissionsSentMoreThanOnce: 'submissions sent more than once',
  submissionsOverDailyCap: 'submissions over a daily cap',
  noticesDecidedMoreThanOnce: 'notices decided more than once',
  noticesEarly: 'notices before their time',
  workflowsStuckOrFailed: 'workflows stuck or failed',
  endsThatDiffer: 'ends other than in the undisturbed run',
  commandsLost: "operators' commands lost",
  commandsAppliedTwice: "operators' commands applied twice",
  secretsFound: 'secrets and signed addresses found',
};

const number = (value: number): string => value.toLocaleString('en').padStart(9);
const times = (given: Percentiles | null): string =>
  given === null ? 'none' : `p50 ${given.p50} ms, p95 ${given.p95} ms, p99 ${given.p99} ms`;

/** The document for a terminal of 80 columns. */
export function chaosText(document: ChaosDocument): string {
  const { events, seconds, counts } = document;
  const { http = 0, queue = 0, none = 0 } = events;
  const rows: ReadonlyArray<readonly [number, string]> = [
    [http + queue + none, `events: ${http} by HTTP, ${queue} by queue, ${none} lost on their way`],
    [document.eventsMade, 'events of successors, made by the vendor'],
    [document.attempts, `attempts to hand an event over; ${document.dropped} dropped`],
    [document.kills, `kills, of ${document.faults} faults`],
    [document.submissions, 'submissions that the vendor carried out'],
    [document.notices, 'notices that reached the channel, repeats included'],
    [document.commands, "operators' commands"],
    [document.workflows, 'workflows'],
    [document.deadLetters, 'messages in the dead-letter queue'],
  ];
  return [
    ...rows.map(([value, text]) => `${number(value)}  ${text}`),
    `an answer:          ${times(document.answeredMs)}`,
    `an acknowledgement: ${times(document.acknowledgedMs)}`,
    `stream ${seconds.stream} s, settling ${seconds.settling} s, whole run ${seconds.total} s`,
    '',
    ...Object.entries(countNames).map(([name, text]) => `${number(counts[name as keyof ChaosCounts])}  ${text}`),
    document.ok ? 'every promise held' : `a promise broke: see above, and ${document.folder}`,
  ].join('\n');
}
