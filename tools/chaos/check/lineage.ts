import type { RunRecords, SubmitCall } from './runRecords.ts';

/** The name of a successor ends in `+retry.{origin}.{attempt}` (docs/architecture.md). */
const marker = /\+retry\.(.+)\.(\d+)$/;

/** The origin and attempt that a change set's name gives; undefined where it names none. */
export function markerIn(name: string | undefined): { readonly origin: string; readonly attempt: string } | undefined {
  const [, origin, attempt] = marker.exec(name ?? '') ?? [];
  return origin === undefined || attempt === undefined ? undefined : { origin, attempt };
}

/** The submits of which a change set came. A repeated token made none. */
export function carriedOut({ submits }: Pick<RunRecords, 'submits'>): readonly SubmitCall[] {
  return submits.filter(({ tokenRepeated }) => tokenRepeated !== true);
}
