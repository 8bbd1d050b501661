import type { NoticeGrouping } from '../channels/port.ts';
import type { Notice } from '../workflows/shared/notices.ts';

/** Where operators read a channel: five notices one by one, then a digest each quarter of an hour. */
export const groupingDefault: NoticeGrouping = { first: 5, everyMs: 15 * 60_000 };

/** What a notice is about: notices of one account about matters of one kind are grouped with each other. */
export function matterOf({ workflowId }: Pick<Notice, 'workflowId'>): string {
  return workflowId.split(':', 1)[0] ?? '';
}

/**
 * Whether a notice may wait for a digest. A critical one may not, nor may a reminder of a date that is set for security issues; an
 * acknowledgement is an operator's own act, and a digest is grouped with nothing.
 */
export function mayWait(
  notice: Pick<Notice, 'kind' | 'severity' | 'workflowId' | 'decisions' | 'unlisted' | 'route'>,
): boolean {
  return (
    notice.route === undefined &&
    notice.severity !== 'critical' &&
    notice.kind !== 'acknowledgement' &&
    (notice.decisions ?? notice.unlisted) === undefined &&
    matterOf(notice) !== 'security'
  );
}

/** Whether a notice comes after another one of its workflow, which it must not overtake. */
export function follows({ kind }: Pick<Notice, 'kind'>): boolean {
  return kind === 'reminder' || kind === 'resolution';
}

interface Flow {
  startedAtMs: number;
  count: number;
  /** Until then a digest may be on its way: what overtook it would be the end before the beginning. */
  groupedUntilMs: number;
  gatheredBefore?: Promise<boolean>;
}

/** Flows that a process remembers. */
const remembered = 10_000;

/** Decides which notices are sent one by one. */
export interface NoticeGroups {
  /**
   * Whether a notice waits for the digest.
   * @param key of the flow: channel, account and matter.
   * @param isRepeat true for a further attempt of one that was counted.
   */
  waits(key: string, grouping: NoticeGrouping, isRepeat: boolean): boolean;
  /**
   * Whether a digest gathered the flow when this process began to count it: asked once for all that come meanwhile, before
   * this process can have begun one itself.
   */
  gatheredBefore(key: string, grouping: NoticeGrouping, ask: () => Promise<boolean>): Promise<boolean>;
  /** Learns that a digest gathers the flow, begun by another process or an earlier one: what follows waits as well. */
  joins(key: string, grouping: NoticeGrouping): void;
}

/**
 * Counts the notices of each flow in this process: the first ones of a period go out; the others wait, and so do all that follow
 * until a whole period has passed without one. Each worker counts its own, so that a notice costs no further action in calm
 * times; several send a few more at the beginning of a flood, until one of them has begun a digest.
 */
export function createNoticeGroups(nowMs: () => number = () => performance.now()): NoticeGroups {
  const flows = new Map<string, Flow>();

  function flowOf(key: string, everyMs: number): Flow {
    const known = flows.get(key);
    const isOld = known !== undefined && nowMs() >= Math.max(known.startedAtMs + everyMs, known.groupedUntilMs);
    if (known !== undefined && !isOld) return known;
    const flow: Flow = { startedAtMs: nowMs(), count: 0, groupedUntilMs: -Infinity };
    flows.delete(key);
    flows.set(key, flow);
    const [oldest] = flows.keys();
    if (flows.size > remembered && oldest !== undefined) flows.delete(oldest);
    return flow;
  }

  return {
    waits(key, { first, everyMs }, isRepeat) {
      const flow = flowOf(key, everyMs);
      if (!isRepeat) flow.count += 1;
      const isGrouped = nowMs() < flow.groupedUntilMs || (!isRepeat && flow.count > first);
      if (isGrouped) flow.groupedUntilMs = nowMs() + everyMs;
      return isGrouped;
    },
    gatheredBefore(key, { everyMs }, ask) {
      const flow = flowOf(key, everyMs);
      flow.gatheredBefore ??= ask();
      return flow.gatheredBefore;
    },
    joins(key, { everyMs }) {
      flowOf(key, everyMs).groupedUntilMs = nowMs() + everyMs;
    },
  };
}
