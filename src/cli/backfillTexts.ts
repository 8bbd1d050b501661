import type { BackfillStart } from '../delivery/startBackfill.ts';
import { durationText } from './backfillProgress.ts';
import { printable } from './format.ts';
import type { BadLine, ItemList } from './itemList.ts';
import type { ItemsProgress } from './itemsProgress.ts';

/** One workflow of a backfill, and what has become of it. */
export interface StartedPart {
  readonly workflowId: string;
  readonly items: number;
  readonly outcome: BackfillStart | 'wouldStart';
  /** False once it has ended, however. */
  readonly running: boolean;
  readonly progress?: ItemsProgress;
}

/** What `--json` gives. */
export interface BackfillDocument {
  readonly given: number;
  readonly duplicates: number;
  readonly badLines: readonly BadLine[];
  readonly ratePerSecond: number;
  /** True where Ctrl-C ended the waiting. */
  readonly interrupted: boolean;
  readonly parts: readonly StartedPart[];
}

const shownBadLines = 20;

/** The first of the lines that name no item. */
export function badLinesText(badLines: readonly BadLine[]): string {
  const more = badLines.length - shownBadLines;
  return [
    ...badLines.slice(0, shownBadLines).map(({ line, problem }) => `  line ${line}: ${problem}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

/** What became of a start, in words. */
export const outcomeText: Readonly<Record<StartedPart['outcome'], string>> = {
  wouldStart: 'would be started',
  started: 'started',
  alreadyRunning: 'runs already, with this very list',
  alreadyEnded: 'has been done already; --again does it once more',
};

function listText({ given, duplicates, badLines, ratePerSecond }: BackfillDocument): string {
  const left = given - duplicates;
  const dropped = duplicates === 0 ? '' : `, ${duplicates} given twice and dropped`;
  const bad = badLines.length === 0 ? '' : `, ${badLines.length} bad lines left out`;
  return `${left} items${dropped}${bad}; ${ratePerSecond} a second, about ${durationText(left / ratePerSecond)}`;
}

/** What a dry run says. */
export function plannedText(document: BackfillDocument, { items }: ItemList): string {
  const merchants = new Map<string, number>();
  for (const { businessProductId } of items)
    merchants.set(businessProductId, (merchants.get(businessProductId) ?? 0) + 1);
  return [
    `Nothing is started. ${listText(document)}`,
    ...[...merchants].map(([merchant, count]) => `  merchant ${merchant}: ${count} items`),
    ...document.parts.map(({ workflowId, items: count }) => `${workflowId}: would be started with ${count} items`),
    ...(document.badLines.length === 0 ? [] : ['Bad lines:', badLinesText(document.badLines)]),
  ].join('\n');
}

/** What became of a backfill, and how to go on with what still runs. */
export function startedText(document: BackfillDocument, flagsAgain: string): string {
  const { parts, interrupted } = document;
  const open = parts.filter(({ running }) => running).map(({ workflowId }) => workflowId);
  return [
    ...(interrupted ? [interruptedText] : []),
    listText(document),
    ...parts.map(partText),
    ...goOnLines(open, flagsAgain),
  ].join('\n');
}

/** Said where Ctrl-C ended the waiting. */
export const interruptedText = 'The waiting has ended; the backfill goes on.';

/** How to check backfills that go on, pause them and stop them; nothing where none does. */
export function goOnLines(workflowIds: readonly string[], flagsAgain: string): readonly string[] {
  if (workflowIds.length === 0) return [];
  const ids = workflowIds.join(' ');
  const operator = `--actor NAME --reason REASON${flagsAgain}`;
  return [
    ...workflowIds.map((workflowId) => `See it:   npx steward show ${workflowId}${flagsAgain}`),
    `Pause it: npx steward backfill pause ${ids} ${operator}`,
    `Stop it:  npx steward backfill stop ${ids} ${operator}`,
  ];
}

function partText({ workflowId, outcome, progress }: StartedPart): string {
  if (progress === undefined) return `${workflowId}: ${outcomeText[outcome]}`;
  const { state, delivered, alreadyOpen, failed, left } = progress;
  const again = outcome === 'started' ? '' : ` (${outcomeText[outcome]})`;
  const numbers = `${delivered} handed over (${alreadyOpen} of them open before), ${failed} failed, ${left} left`;
  return `${workflowId}: ${printable(state)}: ${numbers}${again}`;
}
