import type { OperatorCommand } from './commands.ts';

/** Texts typed by operators end up in histories and details: long enough for a sentence or two. */
const longestActor = 200;
const longestReason = 1_000;

/** The shape of what was found, for a sentence about it; a long text is never repeated. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : `a text of ${value.length} characters`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function textProblem(value: unknown, field: string, longest: number): string | undefined {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= longest) return undefined;
  return `"${field}" must be a text of 1 to ${longest} characters, but it is ${shapeOf(value)}`;
}

/**
 * Checks what an operator typed as a command's data, without a schema library: workflow code is loaded for every run.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function operatorCommandProblem(value: unknown): string | undefined {
  const example = 'Send one object like {"actor": "ann", "reason": "fixed the image"}.';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `The command needs an actor and a reason, but the data is ${shapeOf(value)}. ${example}`;
  }
  const { actor, reason } = value as Partial<Record<keyof OperatorCommand, unknown>>;
  const problem = textProblem(actor, 'actor', longestActor) ?? textProblem(reason, 'reason', longestReason);
  return problem === undefined ? undefined : `${problem}. ${example}`;
}
