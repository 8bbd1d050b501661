import { z } from 'zod';
import { durationText, percent, type ProgressLine } from './backfillProgress.ts';
import type { WorkflowStatus } from './status.ts';

const schema = z.looseObject({
  state: z.string(),
  given: z.number(),
  delivered: z.number(),
  alreadyOpen: z.number(),
  failed: z.number(),
  duplicates: z.number(),
  left: z.number(),
  secondsLeft: z.number().optional(),
});

/** How far one backfill of items is. */
export type ItemsProgress = z.infer<typeof schema>;

/** The numbers in a workflow's status; undefined where it is no such backfill's. */
export function itemsProgress(status: WorkflowStatus): ItemsProgress | undefined {
  return schema.safeParse(status).data;
}

/** One line for all parts of a backfill. */
export function itemsLine(parts: readonly ItemsProgress[]): ProgressLine {
  const sum = (number: (part: ItemsProgress) => number): number =>
    parts.reduce((total, part) => total + number(part), 0);
  const total = sum(({ given, duplicates }) => given - duplicates);
  const done = sum(({ delivered, failed }) => delivered + failed);
  const failed = sum((part) => part.failed);
  const share = total === 0 ? 1 : done / total;
  const states = [...new Set(parts.map(({ state }) => state).filter((state) => state !== 'delivering'))];
  const secondsLeft = Math.max(0, ...parts.map((part) => part.secondsLeft ?? 0));
  const text = [
    `${done} of ${total} items (${percent(share)})`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(secondsLeft > 0 ? [`about ${durationText(secondsLeft)} left`] : []),
    ...states,
  ].join(', ');
  return { share, text };
}
