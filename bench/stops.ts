/** What was started and has to be stopped. */
export interface Stops {
  /**
   * Takes what stops a part; gives back the same, to be called earlier or not, which runs once however often. A part
   * that comes when everything is being stopped already is stopped at once.
   */
  readonly add: (stop: () => Promise<void>) => () => Promise<void>;
  /** Stops everything, the newest first; rejects at the end where a part could not be stopped. */
  readonly all: () => Promise<void>;
}

/** Keeps what has to be stopped. */
export function createStops(): Stops {
  const parts: Array<() => Promise<void>> = [];
  let stoppingAll = false;
  return {
    add(stop) {
      let stopping: Promise<void> | undefined;
      const once = () => (stopping ??= stop());
      parts.push(once);
      // What waits for it, if anything does, reports its failure: the run is over.
      if (stoppingAll) once().catch(() => undefined);
      return once;
    },
    async all() {
      stoppingAll = true;
      const problems: unknown[] = [];
      for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
        await part().catch((error: unknown) => problems.push(error));
      }
      if (problems.length > 0) throw new AggregateError(problems, `${problems.length} parts could not be stopped`);
    },
  };
}
