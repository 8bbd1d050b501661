import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CommandLine, FaultLine, NoticeLine, Plan, SentLine, WorkflowLine } from '../records.ts';
import { checkRecords } from './index.ts';
import type { RunRecords, SubmitCall } from './runRecords.ts';
import type { Verdict } from './verdict.ts';

/**
 * The lines of one file of a run's folder, of which only those that fit are kept.
 * @throws Error that names the line, where one is no JSON; where the file is not there.
 */
async function linesOf<Line>(
  folder: string,
  file: string,
  fits: (text: string) => boolean = () => true,
): Promise<Line[]> {
  const kept: Line[] = [];
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(join(folder, file)), crlfDelay: Infinity })) {
    number += 1;
    if (text === '' || !fits(text)) continue;
    try {
      kept.push(JSON.parse(text) as Line);
    } catch (error) {
      throw new Error(`${file}: line ${number} is no JSON`, { cause: error });
    }
  }
  return kept;
}

/** Files that a run begins only when there is something to write. */
async function maybeLinesOf<Line>(folder: string, file: string): Promise<Line[]> {
  return existsSync(join(folder, file)) ? linesOf<Line>(folder, file) : [];
}

/** The records in the folder of a run. */
async function readRun(folder: string): Promise<RunRecords> {
  const isSubmit = (text: string): boolean => text.includes('"StartChangeSet"') && text.includes('"call"');
  const logged = await linesOf<SubmitCall & { readonly kind: string; readonly operation: string }>(
    folder,
    'marketplaceCatalog.jsonl',
    isSubmit,
  );
  return {
    plan: JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as Plan,
    sent: await linesOf<SentLine>(folder, 'sent.jsonl'),
    notices: await maybeLinesOf<NoticeLine>(folder, 'notices.jsonl'),
    faults: await maybeLinesOf<FaultLine>(folder, 'faults.jsonl'),
    commands: await maybeLinesOf<CommandLine>(folder, 'commands.jsonl'),
    workflows: await linesOf<WorkflowLine>(folder, 'workflows.jsonl'),
    submits: logged.filter(({ kind, operation }) => kind === 'call' && operation === 'StartChangeSet'),
  };
}

/**
 * Checks a run by what it left in its folder.
 * @param undisturbed the folder of the run with the same seed and without faults, where there is one.
 */
export async function checkRun(folder: string, undisturbed?: string): Promise<Verdict> {
  const before = undisturbed === undefined ? undefined : await linesOf<WorkflowLine>(undisturbed, 'workflows.jsonl');
  return checkRecords(await readRun(folder), before);
}
