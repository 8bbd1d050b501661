import { count } from '../shared/digests.ts';
import { oneLine, readableTime } from '../shared/markdown.ts';
import type { Notice } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import type { MorningCollected, MorningList, MorningRow } from './contract.ts';
import type { MorningCase } from './state.ts';
import { doneText, lostParts, recordedText } from './texts.ts';

type Collected = Extract<MorningCollected, { outcome: 'collected' }>;

/** Rows that the digest names: a channel shows 20 lines, of 500 characters each. */
export const shownRows = { needsYou: 6, due: 4 } as const;
/** In characters. */
const longest = { subject: 180, id: 255 };

/** Whose a digest is that is about more than one account. */
const severalAccounts = 'all';

/** How the digest writes an instant. */
type Clock = (iso: string) => string;

function when({ dueAt, startedAt }: MorningRow, nowMs: number, clock: Clock): string {
  const at = dueAt ?? startedAt;
  const word = dueAt === undefined ? 'Since ' : Date.parse(dueAt) <= nowMs ? 'Overdue since ' : 'Due ';
  return `${word}${clock(at)}, ${distanceText(Date.parse(at), nowMs)}`;
}

function rowLine(row: MorningRow, nowMs: number, clock: Clock): string {
  return `${when(row, nowMs, clock)}: ${oneLine(row.subject, longest.subject)} (${oneLine(row.workflowId, longest.id)})`;
}

/** A heading with the total, the first rows, and how to list the others. */
function listLines(
  title: string,
  { total, rows }: MorningList,
  {
    most,
    all,
    nowMs,
    clock,
  }: { readonly most: number; readonly all: string; readonly nowMs: number; readonly clock: Clock },
): readonly string[] {
  if (total === 0) return [`${title}: nothing.`];
  const shown = rows.slice(0, most);
  const left = total - shown.length;
  return [
    `${title}: ${count(total)}.`,
    ...shown.map((row) => rowLine(row, nowMs, clock)),
    ...(left > 0 ? [`… and ${count(left)} more: ${all}`] : []),
  ];
}

function lateLine(
  { plannedAt, at, timeZone, lateAfterMs }: MorningCase,
  byHand: true | undefined,
  nowMs: number,
): string[] {
  const plannedMs = Date.parse(plannedAt);
  if (byHand === true || nowMs - plannedMs <= lateAfterMs) return [];
  return [
    `Late: it was planned for ${at} (${timeZone}), ${distanceText(plannedMs, nowMs)}; no worker took it before. This is how things stand now.`,
  ];
}

function linesOf(morning: MorningCase, { facts, byHand, localTimes = {} }: Collected): readonly string[] {
  const clock: Clock = (iso) => localTimes[iso] ?? readableTime(iso);
  const nowMs = Date.parse(facts.at);
  const { needsYou, due, done, lost } = facts;
  const [only, ...others] = morning.accounts ?? [];
  const flag = only !== undefined && others.length === 0 ? ` --account ${only}` : '';
  const gone = lostParts(lost).map(({ text, command }) => `${text} (steward ${command})`);
  const recorded = recordedText(lost);
  const kinds = recorded === undefined ? '' : `; ${recorded}`;
  return [
    ...lateLine(morning, byHand, nowMs),
    ...listLines('Needs you, the most urgent first', needsYou, {
      most: shownRows.needsYou,
      all: `steward list${flag}`,
      nowMs,
      clock,
    }),
    ...listLines(`Due within ${due.withinDays} days, beyond today`, due, {
      most: shownRows.due,
      all: `steward list --due ${due.withinDays}d${flag}`,
      nowMs,
      clock,
    }),
    `Done since ${clock(done.since)}: ${doneText(done)}.`,
    gone.length === 0 ? `Lost events: none, and none waits${kinds}.` : `Lost events: ${gone.join(', ')}.`,
  ];
}

function titleOf({ day, byHand, facts }: Collected): string {
  const { needsYou, due, lost } = facts;
  const parts = [
    needsYou.total === 0
      ? 'nothing needs you'
      : `${count(needsYou.total)} ${needsYou.total === 1 ? 'needs' : 'need'} you`,
    ...(due.total > 0 ? [`${count(due.total)} due within ${due.withinDays} days`] : []),
    ...(lostParts(lost).length === 0 ? [] : ['events were lost']),
  ];
  return `${byHand === true ? 'Digest' : 'Morning digest'} of ${day}: ${parts.join(', ')}`;
}

/**
 * The digest of a day. Its identity is made of route and day: a restart, a reset or another hour in the configuration makes
 * no second one. One that somebody asked for has its own.
 */
export function morningNotice(morning: MorningCase, collected: Collected): Notice {
  const { digestId, workflowId, firstRunId, accounts } = morning;
  const [first] = collected.facts.needsYou.rows;
  const [only = severalAccounts, ...others] = accounts ?? [];
  const part = collected.byHand === true ? `by-hand:${firstRunId}` : collected.day;
  return {
    id: `${digestId}:${part}`,
    kind: 'report',
    severity: 'information',
    account: others.length === 0 ? only : severalAccounts,
    workflowId,
    route: digestId,
    title: titleOf(collected),
    lines: linesOf(morning, collected),
    lists: collected.facts.lists,
    nextStep:
      first === undefined
        ? 'Nothing to do. As it stands at any time: steward status'
        : `Begin with the first: steward show ${first.workflowId}. As it stands at any time: steward status`,
  };
}
