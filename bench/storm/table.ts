import { section, type Colors, type Row } from '../sections.ts';
import { boundOf, keepsBounds, type StormFigures } from './figures.ts';

/** What the storms came to. */
export function stormLines(storms: readonly StormFigures[] | null): string[] {
  const title = 'Change sets of one account that fail at once, from the first event to the last accepted submit';
  const operations = ['StartChangeSet', 'DescribeChangeSet', 'DescribeEntity', 'ListTagsForResource', 'ListChangeSets'];
  return section(storms, title, (of) => [
    [
      'change sets',
      'entities',
      'workers',
      'submitted',
      'twice',
      'by their row',
      'seconds',
      'by the floor',
      'throttled',
      'first check of another, s',
      'critical notice, s',
    ],
    ...of.map((storm): Row => [
      String(storm.changeSets),
      String(storm.entities),
      String(storm.workers),
      String(storm.submitted),
      String(storm.submittedTwice),
      String(storm.endedByTheirRow),
      storm.seconds.toFixed(1),
      (storm.seconds / storm.floorSeconds).toFixed(2),
      String(storm.throttled),
      `${storm.firstCheckSeconds.sameAccount.toFixed(1)} / ${storm.firstCheckSeconds.otherAccount.toFixed(1)}`,
      storm.criticalNoticeSeconds.toFixed(1),
    ]),
  ]).concat(
    section(storms, 'Calls for each submit', (of) => [
      ['change sets', 'entities', 'workers', ...operations],
      ...of.map((storm): Row => [
        String(storm.changeSets),
        String(storm.entities),
        String(storm.workers),
        ...operations.map((operation) => (storm.callsPerSubmit[operation] ?? 0).toFixed(2)),
      ]),
    ]),
  );
}

/** Whether one of them kept its bounds, in a sentence. */
export function stormVerdict(figures: StormFigures, { green, red }: Colors): string {
  const { changeSets, entities, workers, seconds, floorSeconds } = figures;
  const storm = `The storm of ${changeSets} on ${entities} entities (workers: ${workers})`;
  const took = `${(seconds / floorSeconds).toFixed(2)} of its floor, at most ${boundOf(figures)}`;
  return keepsBounds(figures)
    ? green(`${storm} keeps its bounds: ${took}.`)
    : red(`${storm} does not keep its bounds: see above; ${took}.`);
}
