import { InvalidArgumentError } from 'commander';
import type { ListPosition } from '../delivery/urgentFirst.ts';

/** Where a page of a list begins: behind a row, or where the server itself says, of what runs or of what has ended. */
export type PageStart =
  | { readonly kind: 'urgentFirst'; readonly after: ListPosition }
  | { readonly kind: 'newest' | 'closed'; readonly token: Buffer };

/** In characters. */
const longest = 2_000;
/** The last instant that a date has, in milliseconds since the epoch. */
const lastMs = 8.64e15;

/** A page's beginning as one word, for `--page`. */
export function pageText(start: PageStart): string {
  if (start.kind !== 'urgentFirst')
    return `${start.kind === 'closed' ? 'c' : 'n'}.${start.token.toString('base64url')}`;
  const { nowMs, part, dueAtMs, startedAtMs, runId } = start.after;
  const times = [nowMs, startedAtMs, ...(dueAtMs === undefined ? [] : [dueAtMs])];
  return ['u', part, ...times.map((ms) => ms.toString(36)), runId].join('.');
}

function msOf(text: string | undefined): number | undefined {
  const ms = Number.parseInt(text ?? '', 36);
  return Math.abs(ms) <= lastMs ? ms : undefined;
}

function startOf(text: string): PageStart | undefined {
  const [, of, server] = /^([cn])\.([\w-]+)$/.exec(text) ?? [];
  if (server !== undefined) return { kind: of === 'c' ? 'closed' : 'newest', token: Buffer.from(server, 'base64url') };
  const found = /^u\.(\d)\.(-?[\da-z]{1,11})\.(-?[\da-z]{1,11})(?:\.(-?[\da-z]{1,11}))?\.([\w-]{36})$/.exec(text);
  const [nowMs, startedAtMs, dueAtMs] = found?.slice(2, 5).map(msOf) ?? [];
  const runId = found?.[5];
  if (nowMs === undefined || startedAtMs === undefined || runId === undefined) return undefined;
  const part = Number(found?.[1]);
  const after = { nowMs, part, startedAtMs, runId, ...(dueAtMs === undefined ? {} : { dueAtMs }) };
  return { kind: 'urgentFirst', after };
}

/** Reads what {@link pageText} wrote, for commander. */
export function pageStart(text: string): PageStart {
  const start = text.length > longest ? undefined : startOf(text.trim());
  if (start !== undefined) return start;
  throw new InvalidArgumentError('It is no page of a list: give what the page before has as its next.');
}
