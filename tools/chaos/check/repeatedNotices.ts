import type { FaultLine } from '../records.ts';
import { distanceOf, receivedNotices, type ReceivedNotice } from './notices.ts';
import { groupedBy, type RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

/** What is the same however long the way was: distances, and the time of a check. */
function timeless(content: string): string {
  return content
    .replaceAll(/\b(?:in )?\d+ (?:days|hours|minutes|seconds)(?: ago)?\b/g, '…')
    .replaceAll(/as of [\d-]+[T ][\d:.]+(?:Z| UTC)?/g, 'as of …');
}

/** Alarms end and come back, each time with an identity of its own, and say the same. */
const comesBack = /^(?:account|merchant|failing-tasks|dead-letters|reconcile):/;

/** Openings that say the same under several identities, and reminders of one date and distance that have several. */
function underSeveral(notices: readonly ReceivedNotice[]): readonly Breach[] {
  const decisions = groupedBy(
    notices.filter(({ kind, id, workflowId }) =>
      kind === 'opening' ? !comesBack.test(workflowId) : kind === 'reminder' && distanceOf(id) !== undefined,
    ),
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

/** What came again under its identity and says something else: only a reset of its workflow decides again, with what is known by then. */
function inOtherWords(same: readonly ReceivedNotice[], faults: readonly FaultLine[]): Breach | undefined {
  const [first] = same;
  if (first === undefined || same.every(({ content }) => content === first.content)) return undefined;
  const { id, workflowId } = first;
  // The id stands first in it; one may begin as another does.
  if (faults.some(({ fault, what }) => fault === 'reset' && what.split(' ', 1)[0] === workflowId)) return undefined;
  return { what: `Notice ${id} came again with other words`, workflowId, lines: same.map(({ line }) => line) };
}

/**
 * Notices that were decided more than once. That one comes again, in the same words and under its identity, is what a
 * channel has to expect where an answer was lost or late (docs/notices.md): then its workflow has decided it once.
 */
export function decidedMoreThanOnce({ notices: lines, faults, workflows }: RunRecords): readonly Breach[] {
  const notices = receivedNotices(lines);
  const byId = groupedBy(notices, ({ id }) => id);
  const twice = workflows.flatMap(({ workflowId, noticesTwice = [] }) =>
    noticesTwice.map((id): Breach => {
      const received = byId.get(id) ?? [];
      return { what: `Notice ${id} was decided twice`, workflowId, lines: received.map(({ line }) => line) };
    }),
  );
  const known = new Set(workflows.flatMap(({ noticesTwice = [] }) => noticesTwice));
  const again = [...byId].flatMap(([id, same]) => (known.has(id) ? [] : (inOtherWords(same, faults) ?? [])));
  return [...twice, ...again, ...underSeveral(notices)];
}
