import { defined } from '../defined.ts';
import { startBackfillItems } from '../delivery/startBackfill.ts';
import { partsOf, type BackfillPart } from './backfillParts.ts';
import { backfillStates } from './backfillProgress.ts';
import {
  badLinesText,
  itemsLine,
  itemsProgress,
  outcomeText,
  plannedText,
  startedText,
  type BackfillDocument,
  type ItemsProgress,
  type StartedPart,
} from './backfillTexts.ts';
import { check, follow, type BackfillKind, type SeenBackfill } from './backfillWait.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult, type ExitCode } from './command.ts';
import { printable } from './format.ts';
import { readItems, type ItemList } from './itemList.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal, type TemporalAccess } from './temporal.ts';

/** What `steward backfill items` is given beside the ids. */
export interface BackfillItemsFlags extends TemporalFlags {
  readonly merchant?: string;
  readonly file?: string;
  readonly rate: number;
  readonly skipBad?: true;
  readonly dryRun?: true;
  readonly again?: true;
  /** False by --no-wait. */
  readonly wait: boolean;
  readonly json?: true;
}

type SeenPart = SeenBackfill<ItemsProgress>;

const kind: BackfillKind<ItemsProgress> = { progressOf: itemsProgress, lineOf: itemsLine };

/** Starts a backfill of items, and waits for its end unless --no-wait is given. */
export async function backfillItems(
  words: readonly string[],
  flags: BackfillItemsFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const list = await listOf(words, flags);
  const parts = partsOf(list.items, flags.rate);
  if (flags.dryRun === true) {
    const planned = parts.map((part): StartedPart => ({ ...named(part), outcome: 'wouldStart', running: false }));
    const document = documentOf(list, flags, planned, false);
    return { text: plannedText(document, list), document, exitCode: exitCodes.ok };
  }
  return withTemporal(flags, context, async (access) => {
    const started: StartedPart[] = [];
    for (const part of parts) {
      const again = flags.again === true;
      const outcome = await startBackfillItems(access.client, { ...part, again });
      started.push({ ...named(part), outcome, running: outcome !== 'alreadyEnded' });
    }
    const { seen, interrupted } = await followed(access, started, flags, context);
    const ended = started.map((part): StartedPart => ({ ...part, ...checkAt(part, seen) }));
    const document = documentOf(list, flags, ended, interrupted);
    const text = startedText(document, access.flagsAgain);
    return { text, document, exitCode: exitCodeOf(seen, flags, interrupted) };
  });
}

async function listOf(words: readonly string[], { merchant, file, skipBad }: BackfillItemsFlags): Promise<ItemList> {
  const named = defined({ merchant });
  if ((file === undefined) === (words.length === 0)) {
    throw usageProblem('Nothing was started. Name the items either as arguments or with --file, a CSV file or -.');
  }
  const list = await readItems(file === undefined ? { words, ...named } : { file, ...named });
  if (list.badLines.length > 0 && skipBad !== true) {
    const lines = badLinesText(list.badLines);
    const next = 'Nothing was started. Correct them, or leave them out with --skip-bad.';
    throw usageProblem(`${printable(file ?? '')} has bad lines.\n${lines}\n${next}`);
  }
  if (list.items.length === 0) throw usageProblem('There is no item in the list, so nothing was started.');
  return list;
}

function named({ workflowId, input }: BackfillPart): Pick<StartedPart, 'workflowId' | 'items'> {
  return { workflowId, items: input.items.length };
}

/** What is known of a part beside its start; nothing where the command did not check it. */
function checkAt({ workflowId }: StartedPart, seen: readonly SeenPart[]): Partial<StartedPart> {
  const found = seen.find((one) => one.workflowId === workflowId);
  if (found === undefined) return {};
  const { running, progress } = found;
  return { running, ...defined({ progress }) };
}

/** Waits unless --no-wait is given; then it checks only what has ended. */
async function followed(
  access: TemporalAccess,
  started: readonly StartedPart[],
  flags: BackfillItemsFlags,
  context: CommandContext,
): Promise<{ seen: readonly SeenPart[]; interrupted: boolean }> {
  if (!flags.wait) {
    const ended = started.filter(({ outcome }) => outcome === 'alreadyEnded');
    const seen = await Promise.all(ended.map(({ workflowId }) => check(access, workflowId, kind)));
    return { seen, interrupted: false };
  }
  const begun = started.map(({ workflowId, outcome }) => ({
    workflowId,
    line: `${workflowId}: ${outcomeText[outcome]}`,
  }));
  return follow(access, begun, kind, context);
}

function exitCodeOf(seen: readonly SeenPart[], { wait }: BackfillItemsFlags, interrupted: boolean): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  const failed = seen.some(({ progress }) => progress?.state !== backfillStates.completed || progress.failed > 0);
  return wait && failed ? exitCodes.failed : exitCodes.ok;
}

function documentOf(
  { items, duplicates, badLines }: ItemList,
  { rate }: BackfillItemsFlags,
  parts: readonly StartedPart[],
  interrupted: boolean,
): BackfillDocument {
  return { given: items.length + duplicates, duplicates, badLines, ratePerSecond: rate, interrupted, parts };
}
