/** In characters. */
const longest = 4_000;

/**
 * What is wrong with a condition of a visibility query that stands in parentheses beside ours; undefined where nothing of
 * it could end them. Whether Temporal understands it is for Temporal to say.
 */
export function conditionProblem(condition: string): string | undefined {
  if (condition.trim() === '') return 'It is empty.';
  if (condition.length > longest) return `It is longer than ${longest} characters.`;
  let depth = 0;
  let quote: string | undefined;
  for (let index = 0; index < condition.length; index += 1) {
    const character = condition.charAt(index);
    if (quote !== undefined) {
      if (character === '\\') index += 1;
      else if (character === quote) quote = undefined;
    } else if (/["'`]/.test(character)) quote = character;
    else if (/^(?:\/[*/]|--|#)/.test(condition.slice(index, index + 2))) {
      // Parentheses in a comment would be counted here, and not by Temporal.
      return 'It holds a comment (/*, //, -- or #), which Temporal leaves out.';
    } else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth < 0) return 'It closes a parenthesis that it did not open.';
  }
  if (quote !== undefined) return `It opens a quote (${quote}) and does not close it.`;
  return depth > 0 ? 'It opens a parenthesis and does not close it.' : undefined;
}
