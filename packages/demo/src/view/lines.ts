import type { Row, ViewState } from './rows.ts';

/**
 * One line for each row that differs from what was shown before.
 * @param shown the lines of the last time by workflow; it is brought up to date
 */
export function changedLines(state: ViewState, shown: Map<string, string>): readonly string[] {
  const lines: string[] = [];
  for (const row of state.rows) {
    if (row.mark === 'waiting') continue;
    const line = lineOf(row);
    if (shown.get(row.workflowId) === line) continue;
    shown.set(row.workflowId, line);
    lines.push(line);
    const { needsDecision } = state;
    if (needsDecision?.row === row) lines.push(...needsDecision.commands.map((command) => `  answer it: ${command}`));
  }
  return lines;
}

function lineOf({ event, workflowId, state, attempt, nextStep, link }: Row): string {
  const parts = [
    event === workflowId ? workflowId : `${event}: ${workflowId}`,
    `${state}${attempt === '' || attempt === '0' ? '' : ` (attempt ${attempt})`}`,
    ...(nextStep === '' ? [] : [nextStep]),
    ...(link === undefined ? [] : [link]),
  ];
  return parts.map((part) => part.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')).join(' | ');
}
