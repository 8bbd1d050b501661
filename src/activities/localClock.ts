import { dayMs } from '../workflows/shared/durations.ts';

/** The clock on the wall of a time zone. */
export interface LocalClock {
  /** What the local clock shows at an instant, as milliseconds as if it were UTC. */
  localMs(instantMs: number): number;
  /** The first instant at which the local clock shows this. */
  instantOf(localMs: number): number;
}

/**
 * The clock of a time zone.
 * @throws RangeError where there is no such zone.
 */
export function localClock(timeZone: string): LocalClock {
  const format = dateFormat(timeZone);
  const localMs = (instantMs: number): number => {
    const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = new Date(0);
    shown.setUTCFullYear(part('year'), part('month') - 1, part('day'));
    shown.setUTCHours(part('hour'), part('minute'), part('second'));
    return shown.getTime();
  };
  const instantOf = (wantedMs: number): number => {
    // No zone changes its clocks twice within two days, so the offset is that of the day before or of the day after.
    const offsetsMs = [-dayMs, dayMs].map((ms) => localMs(wantedMs + ms) - (wantedMs + ms));
    const candidates = offsetsMs.map((offsetMs) => wantedMs - offsetMs);
    const shown = candidates.filter((candidateMs) => localMs(candidateMs) === wantedMs);
    return shown.length > 0 ? Math.min(...shown) : Math.max(...candidates);
  };
  return { localMs, instantOf };
}

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new RangeError(
      `timeZone: found ${JSON.stringify(timeZone)}, expected a name of the time zone database, for instance Europe/Berlin`,
    );
  }
}
