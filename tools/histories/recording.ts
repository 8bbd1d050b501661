import type { temporal } from '@temporalio/proto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

type History = temporal.api.history.v1.IHistory;

/** What replay doesn't read and what tells of the machine it was recorded on, by field. */
const replacements: Readonly<Record<string, string>> = { identity: 'worker', stackTrace: '', binaryChecksum: '' };

/** A text for a file's name: `CLIENT_ERROR: needs a decision` → `client-error-needs-a-decision`. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/**
 * A history as JSON for a file: what tells of the machine is blanked, the queues that a worker makes for itself are
 * named alike.
 */
export function recordable(history: History): string {
  const json: unknown = JSON.parse(historyToJSON(history));
  return `${JSON.stringify(withoutMachine(json), undefined, 2)}\n`;
}

function withoutMachine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (typeof value !== 'object' || value === null) return value;
  const isSticky = 'kind' in value && value.kind === 'TASK_QUEUE_KIND_STICKY';
  const fields = Object.entries(value).map(([key, field]) => [key, blanked(key, field, isSticky)]);
  return Object.fromEntries(fields);
}

function blanked(key: string, field: unknown, isSticky: boolean): unknown {
  if (isSticky && key === 'name') return 'sticky';
  const replacement = replacements[key];
  return typeof field === 'string' && replacement !== undefined ? replacement : withoutMachine(field);
}

/**
 * The first of these texts that is found in a recorded history, its payloads decoded.
 * @returns undefined where none is: then the history may be kept
 */
export function foundIn(recorded: string, unwanted: readonly string[]): string | undefined {
  const payloads = [...recorded.matchAll(/"data": "([A-Za-z0-9+/=]+)"/g)];
  const decoded = payloads.map(([, data = '']) => Buffer.from(data, 'base64').toString());
  return unwanted.find((text) => [recorded, ...decoded].some((one) => one.includes(text)));
}
