const MINUTE_MS = 60_000;

/** How many calls each client may make within a minute; one more is refused and does not count. */
export class Pace {
  /** Infinity: any number. */
  perMinute: number;
  readonly #admittedAtMs = new Map<string, readonly number[]>();

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** Whether a call made at `nowMs` is within the pace. */
  admits(clientId: string, nowMs: number): boolean {
    const recent = (this.#admittedAtMs.get(clientId) ?? []).filter((atMs) => nowMs - atMs < MINUTE_MS);
    const admitted = recent.length < this.perMinute;
    this.#admittedAtMs.set(clientId, admitted ? [...recent, nowMs] : recent);
    return admitted;
  }
}
