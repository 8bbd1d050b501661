import { createLogUpdate } from 'log-update';
import picocolors from 'picocolors';
import { changedLines } from './lines.ts';
import type { ViewState } from './rows.ts';
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
  return stream.isTTY && environment['TERM'] !== 'dumb' ? liveView(stream, environment) : plainView(stream);
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
