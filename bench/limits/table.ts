import { megabytes, section, type Colors, type Row } from '../sections.ts';
import { staysBounded, type LimitFigures } from './figures.ts';

/** What workflows that grow came to. */
export function limitLines(figures: readonly LimitFigures[] | null): string[] {
  return section(figures, 'Workflows that grow; the longest history of their runs', (all) => [
    ['', 'count', 'runs', 'events', 'kB', 'actions each', 'peak, MB', 'seconds', 'floor, s'],
    ...all.map((one): Row => [
      one.what,
      String(one.count),
      String(one.runs),
      String(one.mostEvents),
      one.mostKilobytes.toFixed(0),
      one.actionsEach.toFixed(2),
      megabytes(one.peakKilobytes),
      one.seconds.toFixed(0),
      one.floorSeconds?.toFixed(0) ?? '',
    ]),
  ]);
}

/** Whether one of them stayed within its bounds, in a sentence. */
export function limitVerdict(figures: LimitFigures, { green, red }: Colors): string {
  const grown = `${figures.count} ${figures.what}`;
  return staysBounded(figures) ? green(`${grown} stay within their bounds.`) : red(`${grown} do not: see above.`);
}
