import { runTool } from './step.ts';
import type { StepResult } from './step.ts';

interface Check {
  name: string;
  tool: string;
  program?: string;
  args: readonly string[];
}

/** What is checked without running the code; each counts as one. */
export const checks: readonly Check[] = [
  { name: 'types (tsc)', tool: 'typescript', program: 'tsc', args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'lint (oxlint)', tool: 'oxlint', args: [] },
  { name: 'format (prettier)', tool: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'unused code (knip)', tool: 'knip', args: ['--no-progress'] },
  {
    name: 'borders (dependency-cruiser)',
    tool: 'dependency-cruiser',
    program: 'depcruise',
    args: ['--config', '.dependency-cruiser.mjs', 'src'],
  },
];

/** Runs one of them. */
export async function runCheck({ tool, program, args }: Check): Promise<StepResult> {
  const { code, output } = await runTool(tool, args, program === undefined ? {} : { program });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notes: [], output };
}
