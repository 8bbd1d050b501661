import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { marks } from './instrument.ts';
import type { Verdict } from './judge.ts';

const script = fileURLToPath(new URL('./judge.ts', import.meta.url));
const workflows = fileURLToPath(new URL('../../../src/workflows/', import.meta.url));

/** What a model found in a state machine, whole and with each marked guard taken out. */
export interface Judgement {
  /** What it found in the code as it is, in as many runs as showed the mutants. */
  readonly wholeFails: string | undefined;
  readonly mutants: number;
  /** What was taken out without the model noticing, and marks in files that the model never loads. */
  readonly survivors: readonly string[];
}

/**
 * Takes the marked guards of a workflow out, one after another, and lets its model judge what is left.
 * @param workflow the folder, whose tests hold the model in `model/property.ts`.
 * @param numRuns how often the model plays what is left, where it finds nothing.
 */
export async function judgeGuards(workflow: string, numRuns: number): Promise<Judgement> {
  const model = new URL(`../${workflow}/model/property.ts`, import.meta.url).href;
  const printed = await Promise.all(
    ['0', '1'].map((part) => promisify(execFile)(process.execPath, [script, model, `${numRuns}`, part, '2'])),
  );
  const verdicts = printed.flatMap(({ stdout }) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Verdict),
  );
  const mutants = verdicts.flatMap(({ label, failure }) => (label === undefined ? [] : [{ label, failure }]));
  const unloaded = globSync(`${workflow}/**/*.ts`, { cwd: workflows }).filter(
    (file) =>
      readFileSync(`${workflows}${file}`, 'utf8').search(marks) !== -1 &&
      !mutants.some(({ label }) => label.startsWith(`${file}:`)),
  );
  return {
    wholeFails: verdicts.find(({ label, failure }) => label === undefined && failure !== undefined)?.failure,
    mutants: mutants.length,
    survivors: [...unloaded, ...mutants.flatMap(({ label, failure }) => (failure === undefined ? [label] : []))],
  };
}
