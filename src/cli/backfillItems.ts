import { defined } from '../defined.ts';
import { startBackfillItems } from '../delivery/startBackfill.ts';
import { partsOf, type BackfillPart } from './backfillParts.ts';
import {
  badLinesText,
  itemsLine,
  itemsSchema,
  plannedText,
  startedText,
  type BackfillDocument,
  type StartedPart,
} from './backfillTexts.ts';
import { follow, requireNoFailure, type BackfillFlags } from './backfillWait.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { printable } from './format.ts';
import { readItems, type ItemList } from './itemList.ts';
import { withTemporal } from './temporal.ts';

/** What `steward backfill items` is given beside the ids. */
export interface BackfillItemsFlags extends BackfillFlags {
  readonly merchant?: string;
  readonly file?: string;
  readonly rate: number;
  readonly skipBad?: true;
  readonly dryRun?: true;
}

const kind = { schema: itemsSchema, lineOf: itemsLine };

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
    const { seen, interrupted, exitCode } = await follow(access, started, kind, flags, context);
    requireNoFailure(seen);
    const ended = started.map((part): StartedPart => {
      const { running = part.running, progress } = seen.find(({ workflowId }) => workflowId === part.workflowId) ?? {};
      return { ...part, running, ...defined({ progress }) };
    });
    const document = documentOf(list, flags, ended, interrupted);
    return { text: startedText(document, access.flagsAgain), document, exitCode };
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

function documentOf(
  { items, duplicates, badLines }: ItemList,
  { rate }: BackfillItemsFlags,
  parts: readonly StartedPart[],
  interrupted: boolean,
): BackfillDocument {
  return { given: items.length + duplicates, duplicates, badLines, ratePerSecond: rate, interrupted, parts };
}
