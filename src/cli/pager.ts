import { spawnSync } from 'node:child_process';

/** Where a text is to be shown, and how tall it is. */
interface Shown {
  /** Whether standard input and output are a terminal: a pager needs both. */
  readonly isTerminal: boolean;
  /** Of the terminal. */
  readonly rows: number;
  readonly lines: number;
}

/**
 * The pager for a text that is taller than the terminal, which would scroll what is most urgent away: that of STEWARD_PAGER,
 * else of PAGER; none where both are empty or NO_PAGER is set.
 */
export function pagerFor(environment: NodeJS.ProcessEnv, { isTerminal, rows, lines }: Shown): string | undefined {
  if (!isTerminal || rows === 0 || lines < rows || (environment['NO_PAGER'] ?? '') !== '') return undefined;
  const pager = (environment['STEWARD_PAGER'] ?? environment['PAGER'] ?? '').trim();
  return pager === '' || pager === 'cat' ? undefined : pager;
}

/** Shows a text by a pager. @returns false where that could not be run: then nothing was shown. */
export function showPaged(pager: string, text: string, environment: NodeJS.ProcessEnv): boolean {
  // As git does: colours stay, and the text stays on the screen when the pager ends.
  const env = { LESS: 'FRX', ...environment };
  const { error, status } = spawnSync(pager, { shell: true, input: text, stdio: ['pipe', 'inherit', 'inherit'], env });
  // A shell's statuses for a command that is not there or cannot be run.
  return error === undefined && status !== 126 && status !== 127;
}
