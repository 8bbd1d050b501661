/**
 * `npm run fuzz [-- --count N] [--seed S] [--json] [--file PATH]`: makes inputs of every form, reads each as the steward
 * does, and checks what is promised of all of them (docs/reliability.md). An input that breaks a promise is written to
 * `.steward/fuzz`, with the command that reads it again.
 */
import { randomInt } from 'node:crypto';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgress } from '../bench/progress.ts';
import { fuzzContext } from './fuzz/context.ts';
import { readFailure, writeFailure } from './fuzz/files.ts';
import { judge } from './fuzz/judge/judge.ts';
import { readFlags, usage, type FuzzFlags } from './fuzz/options.ts';
import { reportText } from './fuzz/report.ts';
import { fuzz, type FuzzFailure } from './fuzz/run.ts';

const folder = fileURLToPath(new URL('../.steward/fuzz', import.meta.url));
/** No further batch begins after this. */
const endWithinMs = 2 * 3_600_000;
const exitCodes = { broken: 1, usage: 2, interrupted: 130 } as const;

function flagsOrExit(): FuzzFlags {
  try {
    const flags = readFlags(process.argv.slice(2), randomInt(2 ** 31));
    if (flags !== 'help') return flags;
    process.stdout.write(`${usage}\n`);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return process.exit(exitCodes.usage);
  }
}

function readAgain(file: string): void {
  const { outcomes, problems, cpuMs } = judge(readFailure(file), fuzzContext);
  const found = problems.length === 0 ? ['every promise held'] : problems;
  process.stdout.write(
    `${[...found, `${outcomes.join(', ')}; ${cpuMs.toFixed(1)} ms of processor time`].join('\n')}\n`,
  );
  if (problems.length > 0) process.exitCode = exitCodes.broken;
}

/** Says what is wrong with a failing input, and how to read it again. */
function failureLines(failure: FuzzFailure, number: number): readonly string[] {
  const file = relative(process.cwd(), writeFailure(folder, failure, number));
  return [...failure.problems.map((problem) => `BROKEN ${problem}`), `  npm run fuzz -- --file ${file}`];
}

async function run({ count, seed, json }: FuzzFlags): Promise<void> {
  const progress = createProgress(process.stderr, process.env);
  const begunMs = performance.now();
  let isStopped = false;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      isStopped = true;
      process.exitCode = exitCodes.interrupted;
    });
  }
  let written = 0;
  progress.say(`seed ${seed}`);
  const figures = await fuzz({
    count,
    seed,
    onBatch(done, failures) {
      for (const failure of failures) for (const line of failureLines(failure, (written += 1))) progress.say(line);
      progress.at('inputs', done, count);
    },
    isStopped: () => isStopped || performance.now() - begunMs > endWithinMs,
  });
  progress.end();
  const seconds = (performance.now() - begunMs) / 1_000;
  const failures = figures.failures.map(({ problems }) => problems);
  const document = { ...figures, failures, seed, seconds };
  process.stdout.write(`${json ? JSON.stringify(document, undefined, 2) : reportText(figures, seconds)}\n`);
  if (failures.length > 0) process.exitCode = exitCodes.broken;
}

const flags = flagsOrExit();
if (flags.file === undefined) await run(flags);
else readAgain(flags.file);
