import { isObject } from '../../shared/input.ts';
import { noted, stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import type { FailingGroup, FailingTasksFound } from '../contract.ts';
import { openingNotice, resolutionNotice } from '../notices.ts';
import { groupKey, type FailingTasks, type FailingTasksMessage, type KnownGroup } from '../state.ts';

/** Types and causes are fewer; signals typed by hand must not grow the state. */
const keptGroups = 50;
const mostIds = 10;
/** In characters. */
const longest = 500;

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longest;

function isGroup(value: unknown): value is FailingGroup {
  if (!isObject(value)) return false;
  const { workflowType, cause, message, count, workflowIds } = value;
  return (
    isText(workflowType) &&
    isText(cause) &&
    (message === undefined || isText(message)) &&
    typeof count === 'number' &&
    Array.isArray(workflowIds) &&
    workflowIds.length <= mostIds &&
    workflowIds.every(isText)
  );
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it names no groups. */
export function readReport(value: unknown): FailingTasksFound | string {
  const groups = isObject(value) ? value['groups'] : undefined;
  if (Array.isArray(groups) && groups.length > 0 && groups.length <= keptGroups && groups.every(isGroup)) {
    return { groups, isComplete: false };
  }
  return `Ignored a report: "groups" must be a list of 1 to ${keptGroups} groups of workflows.`;
}

/** What was found, with since when it is known. */
function merged(before: readonly KnownGroup[], found: readonly FailingGroup[], nowMs: number): readonly KnownGroup[] {
  return found.map((group) => {
    const known = before.find((each) => groupKey(each) === groupKey(group));
    return { ...group, since: known?.since ?? new Date(nowMs).toISOString() };
  });
}

function onFound(
  before: FailingTasks,
  { groups: found, isComplete }: FailingTasksFound,
  nowMs: number,
): Transition<FailingTasks> {
  const now = merged(before.groups, found, nowMs);
  const isIn = (groups: readonly KnownGroup[]) => (group: KnownGroup) =>
    groups.some((each) => groupKey(each) === groupKey(group));
  const missing = before.groups.filter((group) => !isIn(now)(group));
  const opened = now.filter((group) => !isIn(before.groups)(group)).slice(0, keptGroups - before.groups.length);
  const stayed = now.filter(isIn(before.groups));
  const groups = [...(isComplete ? [] : missing), ...stayed, ...opened];
  const notices = [...opened.map(openingNotice), ...(isComplete ? missing.map(resolutionNotice) : [])];
  const phase: FailingTasks['phase'] =
    isComplete && groups.length === 0 ? { name: 'ended', end: 'recovered' } : { name: 'failing' };
  // A phase that stays is the same object: its work goes on.
  return { state: { ...before, groups, phase: phase.name === before.phase.name ? before.phase : phase }, notices };
}

/**
 * The state after a message: pure and total.
 * @returns one notice for each group that is new, and one for each that is gone.
 */
export function next(
  before: FailingTasks,
  message: FailingTasksMessage,
  { nowMs }: TransitionContext<unknown>,
): Transition<FailingTasks> {
  switch (message.type) {
    case 'reported':
      return onFound(before, message.found, nowMs);
    case 'checked':
      return before.phase.name === 'ended'
        ? stay(before)
        : onFound({ ...before, checkedAtMs: nowMs }, message.found, nowMs);
    case 'checkFailed':
      return stay(noted({ ...before, checkedAtMs: nowMs }, `The check failed: ${message.sentence}`));
    case 'cancelled':
      if (before.phase.name === 'ended') return stay(before);
      return stay({ ...noted(before, 'Cancelled.'), phase: { name: 'ended', end: 'abandoned' } });
  }
}
