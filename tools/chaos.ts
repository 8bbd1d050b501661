/**
 * `npm run chaos [-- --seed N] [--events M] [--kills K] [--json]`: real processes, a seeded stream of events and a seeded
 * schedule of faults; afterwards a check that knows only what senders, vendors and receivers saw counts the promises that
 * broke (docs/reliability.md).
 */
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { flagsOrExit, stopSignal } from '../bench/commandLine.ts';
import { createProgress } from '../bench/progress.ts';
import { chaos } from './chaos/run/chaos.ts';
import { readFlags, usage } from './chaos/run/options.ts';
import { chaosText } from './chaos/run/report.ts';

const folder = fileURLToPath(new URL('../.steward/chaos', import.meta.url));
const brokenExitCode = 1;

const flags = flagsOrExit('chaos', usage, (words) => readFlags(words, randomInt(2 ** 31)));
// A server that runs elsewhere cannot be killed.
delete process.env['STEWARD_TEMPORAL_ADDRESS'];
const progress = createProgress(process.stderr, process.env);
const signal = stopSignal();
try {
  progress.say(`seed ${flags.seed}`);
  const document = await chaos(flags, folder, progress, signal);
  progress.end();
  for (const { count, what, lines = [] } of document.breaches) {
    process.stderr.write(`BROKEN ${count}: ${what}\n`);
    for (const line of lines) process.stderr.write(`  ${JSON.stringify(line)}\n`);
  }
  const shown = { ...document, folder: relative(process.cwd(), document.folder) };
  process.stdout.write(`${flags.json ? JSON.stringify(shown, undefined, 2) : chaosText(shown)}\n`);
  if (!document.ok) process.exitCode = brokenExitCode;
} catch (thrown) {
  progress.end();
  const error: unknown = signal.aborted ? signal.reason : thrown;
  const left = `what there is of its records is in ${relative(process.cwd(), folder)}`;
  process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}; ${left}\n`);
  if (!signal.aborted) process.exitCode = brokenExitCode;
}
// What a broken run has left open must not keep the command from ending.
process.exit();
