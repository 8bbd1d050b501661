/**
 * `npm run fuzz [-- --count N] [--http N] [--seed S] [--json] [--file PATH]`: makes inputs of every form, reads each as the steward
 * does, and checks what is promised of all of them (docs/reliability.md); then it does the same to an ingress over HTTP. An input that breaks a promise is written to
 * `.steward/fuzz`, with the command that reads it again.
 */
import { randomInt } from 'node:crypto';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flagsOrExit, stopSignal } from '../bench/commandLine.ts';
import { createProgress } from '../bench/progress.ts';
import { fuzzContext } from './fuzz/context.ts';
import { readFailure, writeFailure } from './fuzz/files.ts';
import { judge } from './fuzz/judge/judge.ts';
import { readFlags, usage, type FuzzFlags } from './fuzz/options.ts';
import { fuzzIngress } from './fuzz/http/process.ts';
import { httpText, inputsText } from './fuzz/report.ts';
import { fuzz, type FuzzFailure } from './fuzz/run.ts';

const folder = fileURLToPath(new URL('../.steward/fuzz', import.meta.url));
/** No further batch begins after this. */
const endWithinMs = 2 * 3_600_000;
const brokenExitCode = 1;

function readAgain(file: string): void {
  const { outcomes, problems, cpuMs } = judge(readFailure(file), fuzzContext);
  const found = problems.length === 0 ? ['every promise held'] : problems;
  process.stdout.write(
    `${[...found, `${outcomes.join(', ')}; ${cpuMs.toFixed(1)} ms of processor time`].join('\n')}\n`,
  );
  if (problems.length > 0) process.exitCode = brokenExitCode;
}

/** Says what is wrong with a failing input, and how to read it again. */
function failureLines(failure: FuzzFailure, number: number): readonly string[] {
  const file = relative(process.cwd(), writeFailure(folder, failure, number));
  return [...failure.problems.map((problem) => `BROKEN ${problem}`), `  npm run fuzz -- --file ${file}`];
}

async function run({ count, http, seed, json }: FuzzFlags): Promise<void> {
  const progress = createProgress(process.stderr, process.env);
  const signal = stopSignal();
  const begunMs = performance.now();
  const isStopped = (): boolean => signal.aborted || performance.now() - begunMs > endWithinMs;
  let written = 0;
  progress.say(`seed ${seed}`);
  const inputs = await fuzz({
    count,
    seed,
    onBatch(done, failures) {
      for (const failure of failures) for (const line of failureLines(failure, (written += 1))) progress.say(line);
      progress.at('inputs', done, count);
    },
    isStopped,
  });
  progress.end();
  const seconds = (performance.now() - begunMs) / 1_000;
  if (!json && count > 0) process.stdout.write(`${inputsText(inputs, seconds)}\n`);
  const onProgress = (done: number): void => progress.at('connections', done, http);
  const overHttp =
    http === 0 || isStopped()
      ? null
      : await fuzzIngress({ count: http, seed, onProgress, isStopped }, progress, signal);
  progress.end();
  if (!json && overHttp !== null) process.stdout.write(`${httpText(overHttp)}\n`);
  const failures = inputs.failures.map(({ problems }) => problems);
  const document = { seed, seconds, inputs: { ...inputs, failures }, http: overHttp };
  if (json) process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  if (failures.length + (overHttp?.problems.length ?? 0) > 0) process.exitCode = brokenExitCode;
}

const flags = flagsOrExit('fuzz', usage, (words) => readFlags(words, randomInt(2 ** 31)));
if (flags.file === undefined) await run(flags);
else readAgain(flags.file);
