import { createHash } from 'node:crypto';

/** So many of them, spread over all, and the same ones every time: by a digest of what each is. */
export function sampleOf<One extends { readonly label: string }>(all: readonly One[], count: number): readonly One[] {
  const digest = ({ label }: One): string => createHash('sha256').update(label).digest('hex');
  return all
    .map((one) => ({ one, by: digest(one) }))
    .toSorted((one, other) => (one.by < other.by ? -1 : 1))
    .slice(0, count)
    .map(({ one }) => one);
}
