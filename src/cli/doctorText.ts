import { styleText } from 'node:util';
import type { Finding, Verdict } from '../doctor/finding.ts';
import { printable, strong, terminalWidth, wrapped } from './format.ts';

const colours = { ok: 'green', warn: 'yellow', bad: 'red', unknown: 'cyan' } as const satisfies Record<Verdict, string>;
/** The order in which the last line counts them. */
const verdicts: readonly Verdict[] = ['ok', 'warn', 'bad', 'unknown'];

const column = 2 + 'unknown'.length + 2;
const indent = ' '.repeat(column);

/** A command over several lines, so that it can be pasted as it is. */
function commandLines(command: string): readonly string[] {
  const lines = wrapped(printable(command), terminalWidth - 2, `${indent}$ `, `${indent}    `);
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

function linesOf({ verdict, text, mend, commands = [] }: Finding): readonly string[] {
  const first = `  ${verdict.padEnd(column - 2)}`;
  const [line = '', ...more] = wrapped(printable(text), terminalWidth, first, indent);
  return [
    line.replace(verdict, styleText(colours[verdict], verdict)),
    ...more,
    ...(mend === undefined ? [] : wrapped(`${printable(mend)}.`, terminalWidth, indent)),
    ...commands.flatMap(commandLines),
  ];
}

/** How many findings there are of each verdict. */
export function countsOf(findings: readonly Finding[]): Readonly<Record<Verdict, number>> {
  const count = (wanted: Verdict): number => findings.filter(({ verdict }) => verdict === wanted).length;
  return { ok: count('ok'), warn: count('warn'), bad: count('bad'), unknown: count('unknown') };
}

/** The findings under their areas, in 80 columns, and the counts. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.flatMap((finding, index) => {
    const isFirst = finding.area !== findings[index - 1]?.area;
    return [...(isFirst ? [strong(printable(finding.area))] : []), ...linesOf(finding)];
  });
  const counts = countsOf(findings);
  return [...lines, '', `${verdicts.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ')}.`].join('\n');
}
