/** The histories that one workflow went through. */
export interface LimitFigures {
  readonly what: 'events of one item' | 'successors of one lineage';
  readonly count: number;
  /** One, and one more for each time that it continued as new. */
  readonly runs: number;
  /** Of its longest run. */
  readonly mostEvents: number;
  readonly mostKilobytes: number;
  /** What Temporal Cloud bills of all its runs, for each of `count`; repeats of activities leave no event. */
  readonly actionsEach: number;
  /** The most that the worker's process was until then. */
  readonly peakKilobytes: number;
  readonly seconds: number;
  /** Of as many bare signals of one workflow, without a worker; absent where there is no such floor. */
  readonly floorSeconds?: number;
}

/** From these on Temporal warns; it ends a run at five times as much (server's dynamic configuration). */
const warnsFrom = { events: 10_240, kilobytes: 10_240 };
/** As for a burst of items. */
const mostPeakKilobytes = 650 * 1_024;
/** A submitted successor takes so many, a further event so many. */
const mostActionsEach = { 'events of one item': 1.1, 'successors of one lineage': 8 } as const;

/** By the floor, where there is one: the worker takes processor time from the server meanwhile. */
const mostOfFloor = 3;

/** Whether a workflow that grew so large stayed within its bounds. */
export function staysBounded(figures: LimitFigures): boolean {
  const { what, mostEvents, mostKilobytes, actionsEach, peakKilobytes, seconds, floorSeconds = Infinity } = figures;
  return (
    mostEvents < warnsFrom.events &&
    mostKilobytes < warnsFrom.kilobytes &&
    actionsEach <= mostActionsEach[what] &&
    peakKilobytes <= mostPeakKilobytes &&
    seconds <= mostOfFloor * floorSeconds
  );
}
