/**
 * `npm run chaos [-- --seed N] [--events M] [--kills K] [--json]`: real processes, a seeded stream of events and a seeded
 * schedule of faults; afterwards a check that knows only what senders, vendors and receivers saw counts the promises that
 * broke (docs/reliability.md).
 */
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { createProgress } from '../bench/progress.ts';
import { chaos } from './chaos/run/chaos.ts';
import { readFlags, usage, type ChaosFlags } from './chaos/run/options.ts';
import { chaosText } from './chaos/run/report.ts';

const folder = fileURLToPath(new URL('../.steward/chaos', import.meta.url));
const exitCodes = { broken: 1, usage: 2, interrupted: 130 } as const;

function flagsOrExit(): ChaosFlags {
  try {
    const flags = readFlags(process.argv.slice(2), randomInt(2 ** 31));
    if (flags !== 'help') return flags;
    process.stdout.write(`${usage}\n`);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return process.exit(exitCodes.usage);
  }
}

/** Aborted by the first signal that asks to stop; a second one ends at once. */
function endSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort(new Error('stopped before the end'));
    });
  }
  return controller.signal;
}

const flags = flagsOrExit();
// A server that runs elsewhere cannot be killed.
delete process.env['STEWARD_TEMPORAL_ADDRESS'];
const progress = createProgress(process.stderr, process.env);
const signal = endSignal();
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
  if (!document.ok) process.exitCode = exitCodes.broken;
} catch (thrown) {
  progress.end();
  const error: unknown = signal.aborted ? signal.reason : thrown;
  process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = signal.aborted ? exitCodes.interrupted : exitCodes.broken;
}
// What a broken run has left open must not keep the command from ending.
process.exit();
