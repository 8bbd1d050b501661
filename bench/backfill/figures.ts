/** One backfill: its numbers, how long it took, and the longest history among the runs that it went through. */
export interface BackfillRunFigures {
  readonly found: number;
  readonly known: number;
  readonly started: number;
  readonly failed: number;
  readonly left: number;
  readonly seconds: number;
  /** One, and one more for each time that it continued as new. */
  readonly runs: number;
  readonly mostEvents: number;
  readonly mostKilobytes: number;
}

/** A dry run over a long listing, and a real one that starts a part of it. */
export interface BackfillFigures {
  readonly dryRun: BackfillRunFigures;
  readonly real: BackfillRunFigures;
}
