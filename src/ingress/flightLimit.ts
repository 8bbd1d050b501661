/** One event on its way through a process. */
export interface Flight {
  /** Counts bytes that were received or inflated. @returns false where there is no room for them. */
  receive(bytes: number): boolean;
  /** The body is whole. @returns false where there is no room for one more event. */
  depart(): boolean;
  /** Gives back all that was counted. Every flight ends with it. */
  end(): void;
}

/** What may be under way at once. */
export interface FlightLimits {
  /** Events whose body has come whole, until their answer is known. */
  readonly events: number;
  /** Bytes of bodies, from their receipt on. */
  readonly bytes: number;
}

/** Bounds what is under way. A body that comes slowly counts with the bytes that have come, and as no event. */
function createFlightLimit(most: FlightLimits) {
  let events = 0;
  let bytes = 0;
  const begin = (): Flight => {
    const own = { events: 0, bytes: 0 };
    return {
      receive(count) {
        if (bytes + count > most.bytes) return false;
        bytes += count;
        own.bytes += count;
        return true;
      },
      depart() {
        if (events >= most.events) return false;
        events += 1;
        own.events += 1;
        return true;
      },
      end() {
        events -= own.events;
        bytes -= own.bytes;
        own.events = 0;
        own.bytes = 0;
      },
    };
  };
  return { begin, hasRoom: () => events < most.events && bytes < most.bytes };
}

/** The limits of an envelope's credentials. */
export interface FlightLimitsOfCredentials {
  /** Begins a flight of a credential, by its name. */
  readonly begin: (name: string) => Flight;
  /** Whether any credential has room for one more event. */
  readonly hasRoom: () => boolean;
}

/**
 * Divides the limits of an envelope evenly among its credentials, so that the flood of one leaves the others their part.
 */
export function createFlightLimits(total: FlightLimits, credentials: readonly string[]): FlightLimitsOfCredentials {
  const names = new Set(credentials);
  const part = { events: Math.floor(total.events / names.size), bytes: Math.floor(total.bytes / names.size) };
  const limits = new Map([...names].map((name) => [name, createFlightLimit(part)]));
  return {
    begin(name) {
      const limit = limits.get(name);
      if (limit === undefined) throw new RangeError('No credential has this name');
      return limit.begin();
    },
    hasRoom: () => [...limits.values()].some((limit) => limit.hasRoom()),
  };
}
