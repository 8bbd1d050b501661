import { comparable, contentsText, readContents } from '../changeDetails/contents.ts';
import { differenceOf, submittedContents } from '../changeDetails/difference.ts';
import { hasSecretNames, masked, mayHoldClearSecret } from '../changeDetails/masking.ts';
import { judgeContents } from '../changeDetails/validation.ts';
import { holdsNumberMark, writtenContents } from '../changeDetails/writing.ts';
import { clearSecrets } from '../workflows/changeSetRemediation/secrets/clear.ts';
import { holdsSecretText } from '../workflows/changeSetRemediation/secrets/amendments.ts';
import { longestDetails, shortestDetails } from '../workflows/changeSetRemediation/transitions/amendments.ts';
import type { ShownChange } from '../workers/operatorCatalog.ts';

/** What an operator gets to edit, or why that cannot be. */
export type Editable =
  | { readonly text: string; readonly contents: unknown; readonly maskedPaths: readonly string[] }
  | { readonly problem: string };

/** A change's details for an editor: pretty JSON, every digit of a number as it is, and something in place of each secret. */
export function editableDetails(change: ShownChange): Editable {
  const source = contentsText(change);
  const read = source === undefined ? undefined : readContents(source);
  if (source === undefined || read === undefined) return { problem: 'AWS shows no details of it that could be read' };
  const { value: contents } = read;
  if (typeof contents !== 'object' || contents === null) {
    return { problem: 'its details are no JSON object and no list, and nothing else can be amended' };
  }
  if (comparable(change) === undefined || holdsNumberMark(source) || hasSecretNames(contents)) {
    return { problem: 'its details have a field twice, or a name or character that no editor shows as it is' };
  }
  const { value, paths } = masked(contents);
  return { text: `${writtenContents(value, 2)}\n`, contents, maskedPaths: paths };
}

/** In characters: pretty-printed, the longest details have a few times their length. */
const longestRead = 200_000;

/** What became of details in an editor. */
export type Amended =
  | { readonly state: 'unchanged' }
  | {
      readonly state: 'wrong';
      /** Without contents. */
      readonly problems: readonly string[];
      /** Whether the text may stay in a file. */
      readonly holdsSecret: boolean;
    }
  | {
      readonly state: 'changed';
      /** What is proposed: secrets that were kept are masked in it. */
      readonly details: string;
      readonly difference: readonly string[];
      readonly warnings: readonly string[];
    };

/**
 * Reads what an operator left in the editor.
 * @param contents those of the change, as `editableDetails` gives them.
 */
export function amendedDetails(change: ShownChange, contents: unknown, text: string): Amended {
  if (text.trim() === '') return { state: 'unchanged' };
  const wrong = (...problems: string[]): Amended => ({
    state: 'wrong',
    problems,
    holdsSecret: mayHoldClearSecret(text),
  });
  if (text.length > longestRead) return wrong(`it has more than ${longestRead} characters`);
  const read = readContents(text);
  if (read === undefined) return wrong(jsonProblem(text));
  if (typeof read.value !== 'object' || read.value === null) return wrong('it is no JSON object and no list');
  if (comparable({ ...change, details: text }) === undefined) return wrong('an object has a field twice');
  if (holdsNumberMark(text)) return wrong('a text holds the character U+0000');
  const submitted = submittedContents(text, contentsText(change));
  if ('problem' in submitted) return wrong(submitted.problem);
  const { lines, dropped } = differenceOf(change, contents, submitted.value);
  if (lines.length === 0) return { state: 'unchanged' };
  const left = clearSecrets(read.value).map((path) => `${path} ${holdsSecretText}`);
  const details = writtenContents(read.value);
  const length =
    details.length >= shortestDetails && details.length <= longestDetails
      ? []
      : [`the details must have ${shortestDetails} to ${longestDetails} characters, but have ${details.length}`];
  const { problems, warnings } = judgeContents(change, contents, submitted.value, dropped);
  const all = [...left, ...length, ...problems];
  return all.length > 0 ? wrong(...all) : { state: 'changed', details, difference: lines, warnings };
}

/** Where the text stops being JSON, without any of its contents. */
function jsonProblem(text: string): string {
  try {
    JSON.parse(text);
    return 'it is nested too deep';
  } catch (error) {
    const place = error instanceof Error ? /line (\d+) column (\d+)/.exec(error.message) : undefined;
    return place?.[1] === undefined ? 'it is not JSON' : `it is not JSON from line ${place[1]}, column ${place[2]} on`;
  }
}
