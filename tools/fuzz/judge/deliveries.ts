import type { Delivery } from '../../../src/delivery/delivery.ts';
import { largestMessagesBytes } from '../../../src/delivery/read.ts';
import { searchAttributePairs } from '../../../src/workflows/shared/searchAttributes.ts';
import { shownLine, shownMarkdown } from '../../../src/workflows/shared/markdown.ts';
import { uncleanIn } from './screens.ts';

/**
 * What the server refuses beyond, in bytes, by the names of its dynamic configuration. Summaries and details leave room for
 * the 56 bytes that encryption adds.
 */
const limits = {
  /** limit.maxIDLength */
  id: 1_000,
  /** VARCHAR(255) of the server's schema for PostgreSQL */
  workflowId: 255,
  /** limit.userMetadataSummarySize */
  summary: 400 - 56,
  /** limit.userMetadataDetailsSize */
  details: 20_000 - 56,
  /** limit.searchAttributesSizeOfValue */
  attribute: 2_048,
  /** limit.searchAttributesTotalSize */
  attributes: 40 * 1_024,
  /** limit.blobSize.error, with room for encryption */
  payload: 2 * 1_024 * 1_024 - 1_024,
} as const;

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function attributeProblems(delivery: Delivery): string[] {
  let total = 0;
  const problems: string[] = [];
  for (const { key, value } of searchAttributePairs(delivery.attributes)) {
    if (value instanceof Date && Number.isNaN(value.getTime())) {
      problems.push(`${key.name} is no date`);
      continue;
    }
    const bytes = jsonBytes(value);
    total += bytes;
    if (bytes > limits.attribute) problems.push(`${key.name} has ${bytes} bytes`);
    for (const text of [value].flat()) {
      if (typeof text === 'string' && uncleanIn(text, 'line')) problems.push(`${key.name} is not clean`);
    }
  }
  return total > limits.attributes ? [...problems, `search attributes have ${total} bytes`] : problems;
}

/** What of a delivery the server would refuse, or would show in another form than it is. */
export function deliveryProblems(delivery: Delivery): readonly string[] {
  const { workflowId, eventId, input, signal } = delivery;
  // As `src/delivery/screen.ts` sends them.
  const [staticSummary, staticDetails] = [shownLine(delivery.staticSummary), shownMarkdown(delivery.staticDetails)];
  const sizes: readonly (readonly [what: string, bytes: number, most: number])[] = [
    ['the workflow id', Buffer.byteLength(workflowId), limits.workflowId],
    ['the identity of the event', eventId.length, limits.id],
    ['the summary', jsonBytes(staticSummary), limits.summary],
    ['the details', jsonBytes(staticDetails), limits.details],
    ['the input', jsonBytes(input), limits.payload],
    ['the message', jsonBytes(signal.message), largestMessagesBytes],
  ];
  const unclean = [
    ...(uncleanIn(workflowId, 'line') || workflowId === '' ? ['the workflow id'] : []),
    ...(uncleanIn(staticSummary, 'line') ? ['the summary'] : []),
    ...(uncleanIn(staticDetails, 'lines') ? ['the details'] : []),
  ];
  return [
    ...sizes.flatMap(([what, bytes, most]) => (bytes > most ? [`${what} has ${bytes} bytes, at most ${most}`] : [])),
    ...unclean.map((what) => `${what} is not clean`),
    ...attributeProblems(delivery),
  ].map((problem) => `${delivery.workflowType}: ${problem}`);
}
