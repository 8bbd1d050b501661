import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a tool left: its exit code (128 and more for a signal) and all it wrote. */
export interface ToolResult {
  code: number;
  output: string;
}

/** What a step adds to the tally, and the text to show where something failed. */
export interface StepResult {
  passed: number;
  failed: number;
  /** For example the names of skipped tests, one a line. */
  notes: string[];
  output: string;
}

const running = new Set<ChildProcess>();
const liveProgressEveryMs = 500;
const plainProgressEveryMs = 20_000;

/** Hands a signal to the tools that run. */
export function signalTools(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/**
 * Runs the program of an installed package with this very Node and keeps its output.
 *
 * @param packageName also the name of its program, unless `program` says otherwise
 */
export function runTool(
  packageName: string,
  args: readonly string[],
  { program = packageName, nodeFlags = [] }: { program?: string; nodeFlags?: readonly string[] } = {},
): Promise<ToolResult> {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bin === 'string' ? bin : bin[program];
  if (file === undefined) throw new Error(`${packageName} has no program ${program}`);
  const path = [join(root, 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH'] ?? ''];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...nodeFlags, join(folder, file), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: path.join(delimiter) },
    });
    running.add(child);
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    child.stderr.on('data', (data) => (output += String(data)));
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 128, output });
    });
  });
}

/** Runs a step and says how it went: one line where it passed, everything it wrote where it failed. */
export async function reportStep(name: string, run: () => Promise<StepResult>): Promise<StepResult> {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  const live = process.stdout.isTTY;
  const progress = setInterval(
    () => process.stdout.write(live ? `\r\u001b[2K  …  ${name}, ${seconds()} s` : `  …  ${name}, ${seconds()} s\n`),
    live ? liveProgressEveryMs : plainProgressEveryMs,
  );
  const result = await run();
  clearInterval(progress);
  if (live) process.stdout.write('\r\u001b[2K');
  const counts = result.passed + result.failed > 1 ? `, ${result.passed} passed, ${result.failed} failed` : '';
  console.log(`  ${result.failed > 0 ? 'FAILED' : 'ok'}  ${name} (${seconds()} s${counts})`);
  if (result.failed > 0) console.log(`\n${result.output.trimEnd()}\n`);
  for (const note of result.notes) console.log(`      ${note}`);
  return result;
}
