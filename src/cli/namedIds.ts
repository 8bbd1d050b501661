import { usageProblem } from './command.ts';
import { parsedJson, readText } from './files.ts';
import { printable } from './format.ts';
import { placeholderIn } from './placeholders.ts';

/** The most workflows that one command is sent to. */
export const mostIds = 1_000;
/** In characters: the server takes no longer workflow id. */
const longestId = 1_000;

function idOf(one: unknown): string | undefined {
  if (typeof one === 'string') return one;
  const id: unknown = typeof one === 'object' && one !== null && 'workflowId' in one ? one.workflowId : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** The rows of a list, the elements of an array, or the one object that it is. */
function rowsIn(document: unknown): readonly unknown[] {
  const isList = typeof document === 'object' && document !== null && 'rows' in document;
  return [isList ? document.rows : document].flat(1);
}

/**
 * The ids in a text: one in a line, of which the first word counts, or what `steward list --json` prints.
 * Empty lines and those that begin with # are left out.
 */
export function idsIn(text: string): readonly string[] {
  const document = /^\s*[[{]/.test(text) ? parsedJson(text) : undefined;
  if (document !== undefined) return rowsIn(document).flatMap((one) => idOf(one) ?? []);
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(/\s+/)[0] ?? line);
}

/**
 * The ids that a command names, each once; `-` stands for those of standard input.
 * @throws CommandProblem `usage` where there is none, one is a placeholder, or there are too many.
 */
export async function namedIds(words: readonly string[]): Promise<readonly string[]> {
  const right = 'Give one id in a line, or what steward list --json prints.';
  const read = words.includes('-') ? idsIn(await readText('-', right)) : [];
  const ids = [...new Set(words.flatMap((word) => (word === '-' ? read : [word.trim()])))];
  if (ids.length === 0) throw usageProblem(`Standard input has no id, so nothing was sent. ${right}`);
  if (ids.length > mostIds) {
    throw usageProblem(`These are ${ids.length} ids; one command goes to ${mostIds} at most, so nothing was sent.`);
  }
  for (const id of ids) {
    const why = id === '' || id.length > longestId ? 'is no id' : placeholderIn(id, 'id') && 'is still a placeholder';
    if (why)
      throw usageProblem(`“${printable(id.slice(0, 80))}” ${why}, so nothing was sent. See the ids: steward list`);
  }
  return ids;
}
