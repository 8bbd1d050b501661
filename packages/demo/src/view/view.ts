import { createLogUpdate } from 'log-update';
import picocolors from 'picocolors';
import type { Row, ViewState } from './rows.ts';
import { tableLines } from './table.ts';

/** Shows what becomes of the events: redrawn in place on a terminal, one line for each change elsewhere. */
export interface View {
  show(state: ViewState): void;
  /** Says a line beside the table. */
  say(line: string): void;
  /** Leaves what is shown as it is and gives the terminal back. */
  end(): void;
}

/** The view for a stream: colours and clickable links only on a terminal, and none where NO_COLOR is set. */
export function createView(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): View {
  // Some terminals give 0 for their width: a table there would have a character on each line.
  const canRedraw = stream.isTTY && stream.columns > 0 && environment['TERM'] !== 'dumb';
  return canRedraw ? liveView(stream, environment) : plainView(stream);
}

function plainView(stream: NodeJS.WriteStream): View {
  const shown = new Map<string, string>();
  const say = (line: string) => void stream.write(`${line}\n`);
  return { show: (state) => changedLines(state, shown).forEach(say), say, end: () => {} };
}

function liveView(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): View {
  const update = createLogUpdate(stream);
  const plain = Boolean(environment['NO_COLOR']);
  const colors = picocolors.createColors(!plain);
  return {
    show: (state) =>
      update(tableLines(state, { width: stream.columns, height: stream.rows, colors, links: !plain }).join('\n')),
    say: (line) => update.persist(line),
    end: () => update.done(),
  };
}

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
