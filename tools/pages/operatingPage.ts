/** The generated parts of docs/operating.md: the questions of a shift, and the columns of the list. */
import { listAddress, listColumns, shiftQuestions, type ShiftView } from '../../src/delivery/shift.ts';
import { setupScript } from '../../src/delivery/webUiSetup.ts';
import { table, withBlocks } from './generatedBlocks.ts';

/** Where `npm start` and Temporal's dev server have the Web UI. */
const place = { ui: 'http://localhost:8233', namespace: 'default' };

/** A query that has dates is another one tomorrow: a page cannot link it. */
function linked({ title, query }: ShiftView, viewsAt: (nowMs: number) => readonly ShiftView[]): string {
  const isDated = !viewsAt(Date.UTC(2020, 0)).some((view) => view.query === query);
  // A parenthesis would end the link.
  const address = listAddress(place, query).replaceAll('(', '%28').replaceAll(')', '%29');
  return isDated ? title : `[${title}](${address})`;
}

function questions(): string {
  const rows = shiftQuestions(Date.UTC(2026, 11)).map((question, index) => [
    String(index + 1),
    linked(question, shiftQuestions),
    `\`${question.command}\``,
    question.see,
  ]);
  return table(['', 'Web UI', 'command', 'what you see'], rows);
}

function columns(): string {
  return [
    `${listColumns.map((label) => `**${label}**`).join(', ')}`,
    '',
    '```js',
    setupScript(place.namespace),
    '```',
  ].join('\n');
}

/**
 * The page with its generated parts brought up to date.
 * @throws Error where the page lacks the blocks' markers.
 */
export function operatingPage(page: string): string {
  return withBlocks(page, { questions, columns });
}
