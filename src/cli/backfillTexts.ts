import { z } from 'zod';
import { defined } from '../defined.ts';
import type { BackfillStart } from '../delivery/startBackfill.ts';
import { backfillItemsType } from '../workflows/backfillItems/contract.ts';
import { backfillStates, durationText, percent, type ProgressLine } from './backfillProgress.ts';
import { printable } from './format.ts';
import type { BadLine, ItemList } from './itemList.ts';
import { readyCommands } from './operatorCommands.ts';

/** The numbers in the status of a backfill of items. */
export const itemsSchema = z.looseObject({
  state: z.string(),
  given: z.number(),
  delivered: z.number(),
  alreadyOpen: z.number(),
  failed: z.number(),
  duplicates: z.number(),
  left: z.number(),
  secondsLeft: z.number().exactOptional(),
});

/** How far one backfill of items is. */
export type ItemsProgress = z.infer<typeof itemsSchema>;

/** One line for all parts of a backfill. */
export function itemsLine(parts: readonly ItemsProgress[]): ProgressLine {
  const sum = (number: (part: ItemsProgress) => number): number =>
    parts.reduce((total, part) => total + number(part), 0);
  const total = sum(({ given, duplicates }) => given - duplicates);
  const done = sum(({ delivered, failed }) => delivered + failed);
  const failed = sum((part) => part.failed);
  const share = total === 0 ? 1 : done / total;
  const states = [...new Set(parts.map(({ state }) => state).filter((state) => state !== backfillStates.delivering))];
  const secondsLeft = Math.max(0, ...parts.map((part) => part.secondsLeft ?? 0));
  const text = [
    `${done} of ${total} items (${percent(share)})`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(secondsLeft > 0 ? [`about ${durationText(secondsLeft)} left`] : []),
    ...states,
  ].join(', ');
  return { share, text };
}

/** What became of a start, or would by a dry run. */
export type StartOutcome = BackfillStart | 'wouldStart';

/** One workflow of a backfill, and what has become of it. */
export interface StartedPart {
  readonly workflowId: string;
  readonly items: number;
  readonly outcome: StartOutcome;
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
export const outcomeTexts: Readonly<Record<StartOutcome, string>> = {
  wouldStart: 'would be started',
  started: 'started',
  alreadyRunning: 'runs already, as it was started',
  alreadyEnded: 'was done already; --again does it once more',
};

function listText({ given, duplicates, badLines, ratePerSecond }: BackfillDocument): string {
  const left = given - duplicates;
  const dropped = duplicates === 0 ? '' : `, ${duplicates} given twice and dropped`;
  const bad = badLines.length === 0 ? '' : `, ${badLines.length} bad lines left out`;
  return `${left} items${dropped}${bad}; ${ratePerSecond} a second, about ${durationText(left / ratePerSecond)}`;
}

/** The text of a dry run. */
export function plannedText(document: BackfillDocument, { items }: ItemList): string {
  const merchants = Map.groupBy(items, ({ businessProductId }) => businessProductId);
  return [
    `Dry run: nothing was started. ${listText(document)}`,
    ...[...merchants].map(([merchant, { length }]) => `  merchant ${merchant}: ${length} items`),
    ...document.parts.map(({ workflowId, items: count }) => `${workflowId}: would be started with ${count} items`),
    ...(document.badLines.length === 0 ? [] : ['Bad lines:', badLinesText(document.badLines)]),
  ].join('\n');
}

/** What became of a backfill, and what operators can do with the parts that go on. */
export function startedText(document: BackfillDocument, flagsAgain: string): string {
  const { parts, interrupted } = document;
  const open = parts.filter(({ running }) => running);
  return [
    ...(interrupted ? [interruptedText] : []),
    listText(document),
    ...parts.map(partText),
    ...goOnLines(
      backfillItemsType,
      open.map(({ workflowId }) => workflowId),
      open[0]?.progress?.state,
      flagsAgain,
    ),
  ].join('\n');
}

/** Shown where Ctrl-C ended the waiting. */
export const interruptedText = 'The command stopped waiting; the backfill goes on.';

/** How to check backfills of one type that go on, and what operators can send to them; nothing where none goes on. */
export function goOnLines(
  type: string,
  workflowIds: readonly string[],
  state: string | undefined,
  flagsAgain: string,
): readonly string[] {
  if (workflowIds.length === 0) return [];
  return [
    ...workflowIds.map((workflowId) => `See it: steward show ${workflowId}${flagsAgain}`),
    ...readyCommands({ type, ...defined({ state }) }, workflowIds, flagsAgain).map((line) => `Or: ${line}`),
  ];
}

function partText({ workflowId, outcome, progress }: StartedPart): string {
  if (progress === undefined) return `${workflowId}: ${outcomeTexts[outcome]}`;
  const { state, delivered, alreadyOpen, failed, left } = progress;
  const again = outcome === 'started' ? '' : ` (${outcomeTexts[outcome]})`;
  const numbers = `${delivered} delivered (${alreadyOpen} of them open before), ${failed} failed, ${left} left`;
  return `${workflowId}: ${printable(state)}: ${numbers}${again}`;
}
