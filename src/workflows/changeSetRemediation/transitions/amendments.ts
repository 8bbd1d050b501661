import { isObject } from '../../shared/input.ts';
import type { Amendment, Diagnosis } from '../contract.ts';

/** The API model's lower bound of a change's Details, in characters. */
export const shortestDetails = 2;
/** The API model's upper bound, in characters. */
export const longestDetails = 16_384;
/** Query keys by which an address carries a right: such an address is a secret, and would stay in the history. */
const signedAddress = /[?&;](X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|Signature|AWSAccessKeyId|sig)=/i;

/** What an operator typed as changes: the amendments, or a sentence that says what is wrong with it. */
export type ReadAmendments = { readonly amendments: readonly Amendment[] } | { readonly problem: string };

const example = '"changes": [{"index": 0, "details": "{\\"ProductTitle\\": \\"New\\"}"}]';

/** The Web UI and every JSON reader make 1.10 into 1.1 and round long integers before anybody sees them here. */
function holdsNumber(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNumber);
}

function asText(details: unknown): string | undefined {
  if (isObject(details) || Array.isArray(details)) return JSON.stringify(details);
  return typeof details === 'string' ? details : undefined;
}

function detailsProblem(text: string | undefined, field: string): string | undefined {
  if (text === undefined) return `${field} must be a JSON object or a list, as text or as it is`;
  if (text.length < shortestDetails || text.length > longestDetails) {
    return `${field} must have ${shortestDetails} to ${longestDetails} characters, but has ${text.length}`;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return `${field} must be a JSON object or a list, but the text of ${text.length} characters is not JSON`;
  }
  // The details of some change types are a list: dimensions, buttons of a solution.
  if (!isObject(parsed) && !Array.isArray(parsed)) {
    return `${field} must be a JSON object or a list; a single value cannot be sent as details`;
  }
  // Written again, since an ampersand may stand in the text as an escape.
  if (signedAddress.test(JSON.stringify(parsed)))
    return `${field} holds a signed address, which is a secret and would be kept; use another`;
  return undefined;
}

function changeProblem(change: unknown, position: number, { changes }: Diagnosis): string | undefined {
  const field = `changes[${position}]`;
  if (!isObject(change)) return `${field} must be an object with "index" and "details"`;
  const { index, details } = change;
  if (typeof details !== 'number' && holdsNumber(details)) {
    return `${field}.details holds numbers, whose digits may have changed on the way; give the details as a text`;
  }
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= changes.length) {
    return `${field}.index must be a whole number from 0 to ${changes.length - 1}, the position of the change`;
  }
  return detailsProblem(asText(details), `${field}.details`);
}

/**
 * Reads the changes of an `amend` command, without a schema library: workflow code is loaded for every run. Change types
 * and entities stay as they are, so that no entity can come to have a change type twice.
 * @param diagnosis of the newest member: its changes are what indexes count.
 */
export function readAmendments(changes: unknown, diagnosis: Diagnosis | undefined): ReadAmendments {
  if (diagnosis === undefined) return { problem: 'Nothing is known yet of the changes that could be amended.' };
  if (!Array.isArray(changes) || changes.length === 0) {
    return { problem: `"changes" must be a list of at least one change, for example ${example}.` };
  }
  const problem = changes.map((change, position) => changeProblem(change, position, diagnosis)).find(Boolean);
  if (problem !== undefined) return { problem: `${problem}. For example ${example}.` };
  const amendments = (changes as Array<{ index: number; details: unknown }>).map(({ index, details }) => ({
    index,
    details: asText(details) ?? '',
  }));
  const indexes = new Set(amendments.map(({ index }) => index));
  return indexes.size === amendments.length
    ? { amendments }
    : { problem: 'An index stands twice in "changes"; one change can have one set of details.' };
}
