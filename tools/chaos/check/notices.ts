import type { NoticeLine } from '../records.ts';

/** A notice as the receiver read it (docs/notices.md). */
export interface ReceivedNotice {
  readonly line: NoticeLine;
  /** `data.id`: its identity. */
  readonly id: string;
  readonly kind: string;
  readonly workflowId: string;
  readonly dueAt?: string;
  /** What it says, as JSON: all but its identity. */
  readonly content: string;
}

/** The notices that reached the receiver, in their order; what is none has no identity. */
export function receivedNotices(lines: readonly NoticeLine[]): readonly ReceivedNotice[] {
  return lines.flatMap((line) => {
    const { data = {} } = JSON.parse(line.body) as { readonly data?: Readonly<Record<string, unknown>> };
    const { id, kind, workflowId, dueAt, ...rest } = data;
    if (typeof id !== 'string' || typeof kind !== 'string' || typeof workflowId !== 'string') return [];
    const content = JSON.stringify({ ...rest, kind, workflowId, dueAt });
    return [{ line, id, kind, workflowId, content, ...(typeof dueAt === 'string' ? { dueAt } : {}) }];
  });
}

/** The last part of a reminder's identity names it: how long before or after its date it falls. */
const named = /:(?:(before|overdue)-(\d+)(ms|s|m|h|d)|(day-0))$/;
const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How far from its date a reminder falls, in milliseconds, negative before it; undefined where its identity does not say. */
export function distanceOf(id: string): number | undefined {
  const [, side, count, unit, day] = named.exec(id) ?? [];
  if (day !== undefined) return 0;
  if (side === undefined || count === undefined || unit === undefined) return undefined;
  return (side === 'before' ? -1 : 1) * Number(count) * unitMs[unit as keyof typeof unitMs];
}
