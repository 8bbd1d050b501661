import { distanceOf, receivedNotices, type ReceivedNotice } from './notices.ts';
import type { RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

const dayMs = 86_400_000;

/** A reminder of whole days falls on an hour of its day, which may be up to a day before so many times 24 hours. */
function earliestMs({ id, dueAt }: ReceivedNotice): number | undefined {
  const distanceMs = distanceOf(id);
  if (dueAt === undefined || distanceMs === undefined) return undefined;
  const isByDay = distanceMs % dayMs === 0;
  return Date.parse(dueAt) + distanceMs - (isByDay ? dayMs : 0);
}

/** Reminders that arrived before the time that their identity names. */
export function early({ notices }: RunRecords): readonly Breach[] {
  return receivedNotices(notices).flatMap((notice): readonly Breach[] => {
    const atMs = notice.kind === 'reminder' ? earliestMs(notice) : undefined;
    if (atMs === undefined || Date.parse(notice.line.at) >= atMs) return [];
    const { id, workflowId, line } = notice;
    return [{ what: `Reminder ${id} came before ${new Date(atMs).toISOString()}`, workflowId, lines: [line] }];
  });
}
