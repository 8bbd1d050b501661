/**
 * `npm start [-- --once] [--json] [--only <words>]`: everything on this machine, simulated vendors included, and the vendors' own sample
 * events on their way through it (docs/demo.md).
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import type { StartFlags } from './run.ts';
import { stateFolder } from './stateFolder.ts';

const usage = `npm start [-- --once] [--json] [--only <words>]
  --once   end when every scenario has reached its state: status 0, or 1 with a list of those that have not
  --json   with --once: print one JSON document on standard output, and nothing else there
  --only   play only the scenarios with these words in their names, and those that they need; may be repeated`;

function parsedFlags(): StartFlags | undefined {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help || (values.json && !values.once)) return undefined;
    return { once: values.once, json: values.json, only: values.only };
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const flags = parsedFlags();
  if (flags === undefined) {
    process.stderr.write(`${usage}\n`);
    return process.argv.includes('--help') ? 0 : 2;
  }
  const folder = stateFolder(process.env);
  mkdirSync(folder.logs, { recursive: true });
  const log = (line: string) => appendFileSync(folder.startLog, `${new Date().toISOString()} ${line}\n`);
  try {
    // Before anything is loaded, which takes seconds on a slow machine.
    process[flags.json ? 'stderr' : 'stdout'].write('marketplace-steward: starting …\n');
    enableCompileCache(folder.compileCache);
    const { runStart } = await import('./run.ts');
    return await runStart({ flags, folder, log });
  } catch (error) {
    const sentence = sentenceOf(error);
    log(error instanceof Error ? (error.stack ?? sentence) : sentence);
    process.stderr.write(`steward: ${sentence}\nsteward: the log is in ${folder.startLog}\n`);
    return 1;
  }
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const incomplete = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_MODULE_NOT_FOUND';
  return incomplete ? `Installed packages are missing (${message}). Run npm ci, then start again` : message;
}

process.exitCode = await main();
