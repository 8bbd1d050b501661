import type { FaultLine } from '../records.ts';
import { distanceOf, receivedNotices, type ReceivedNotice } from './notices.ts';
import { groupedBy, type RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

/** An attempt to send that died with its worker is given up after a minute, in milliseconds; it began a moment before. */
const attemptMs = 75_000;
/** A repeat that is nearer was not made because a process was gone: the server had not given the attempt up. */
const nearMs = 20_000;

/** What cuts a sender off from its answer, or from the server that has to know of it. */
const cutOff: ReadonlySet<string> = new Set(['kill', 'stop', 'reset', 'deploy', 'configure', 'ended']);

const isTaken = ({ line: { status } }: ReceivedNotice): boolean =>
  status !== undefined && status >= 200 && status < 300;

/** What is the same however long the way was: distances, and the time of a check. */
function timeless(content: string): string {
  return content
    .replaceAll(/\b(?:in )?\d+ (?:days|hours|minutes|seconds)(?: ago)?\b/g, '…')
    .replaceAll(/as of [\d-]+[T ][\d:.]+(?:Z| UTC)?/g, 'as of …');
}

/** Openings that say the same under several identities, and reminders of one date and distance that have several. */
function underSeveral(notices: readonly ReceivedNotice[]): readonly Breach[] {
  const decisions = groupedBy(
    notices.filter(({ kind, id }) => kind === 'opening' || (kind === 'reminder' && distanceOf(id) !== undefined)),
    ({ kind, id, workflowId, dueAt = '', content }) =>
      kind === 'opening' ? `opening ${timeless(content)}` : `${workflowId} ${dueAt} ${distanceOf(id)}`,
  );
  return [...decisions.values()].flatMap((same) => {
    const ids = [...new Set(same.map(({ id }) => id))];
    const lines = same.map(({ line }) => line);
    return ids.slice(1).map((id) => ({
      what: `One decision has two identities: ${ids[0]} and ${id}`,
      workflowId: same[0]?.workflowId ?? '',
      lines,
    }));
  });
}

const msOf = ({ line }: ReceivedNotice): number => Date.parse(line.at);

/** Whether anything that was done explains that a notice came again after its receiver had taken it. */
function isExplained(before: ReceivedNotice, again: ReceivedNotice, faults: readonly FaultLine[]): boolean {
  const isNear = msOf(again) - msOf(before) < nearMs;
  const fromMs = msOf(before) - (isNear ? nearMs : attemptMs);
  return faults.some(({ at, fault, what }) => {
    const atMs = Date.parse(at);
    if (atMs < fromMs || atMs > msOf(again)) return false;
    if (!isNear) return cutOff.has(fault);
    return fault === 'reset' ? what.includes(before.workflowId) : fault === 'stop' && what.startsWith('worker');
  });
}

/** What was decided again under its identity: it says something else, or it comes again though its receiver had answered. */
function decidedAgain(same: readonly ReceivedNotice[], faults: readonly FaultLine[]): Breach | undefined {
  const [first] = same;
  if (first === undefined) return undefined;
  const { id, workflowId } = first;
  const lines = same.map(({ line }) => line);
  const isReset = faults.some(({ fault, what }) => fault === 'reset' && what.includes(workflowId));
  if (!isReset && same.some(({ content }) => content !== first.content)) {
    return { what: `Notice ${id} came again with other words`, workflowId, lines };
  }
  const isUnexplained = same.some((again, index) => {
    const before = same.slice(0, index).findLast(isTaken);
    return before !== undefined && !isExplained(before, again, faults);
  });
  if (!isUnexplained) return undefined;
  return {
    what: `Notice ${id} came again after its receiver had taken it, and nothing had disturbed that`,
    workflowId,
    lines,
  };
}

/**
 * Notices that were decided more than once. To send one again under its identity is what a channel has to expect after an
 * answer that was lost (docs/notices.md); to decide it again is not.
 */
export function decidedMoreThanOnce({ notices: lines, faults }: RunRecords): readonly Breach[] {
  const notices = receivedNotices(lines);
  const again = [...groupedBy(notices, ({ id }) => id).values()].flatMap((same) => decidedAgain(same, faults) ?? []);
  return [...again, ...underSeveral(notices)];
}
