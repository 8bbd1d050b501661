import { createRandomSource } from '../marketplaceCatalog/random.ts';
import { Sessions, type KnownSessions } from '../sessions.ts';
import type { SimulatedRole, TokenServiceControl, TokenServiceEntry, TokenServiceFault } from './control.ts';
import type { RoleDesk } from './assumeRole.ts';
import { createServer } from './server.ts';

/** How a simulator is started. */
export interface TokenServiceSimulatorOptions {
  /** 0, or missing: a free one. The host is always 127.0.0.1. */
  readonly port?: number;
  /** Keys and ids come from it. */
  readonly seed: number;
  /** The account of callers whose access key id is not `SIM` and twelve digits; `123456789012` where missing. */
  readonly account?: string;
}

/** A running simulator. */
export interface TokenServiceSimulator {
  /** The endpoint for clients, without a slash at its end. */
  readonly url: string;
  readonly control: TokenServiceControl;
  /** The sessions that it gave out: for services that are called with their keys. */
  readonly sessions: KnownSessions;
  /** Stops listening; open connections are cut. */
  close(): Promise<void>;
}

/**
 * Starts a simulated AWS Security Token Service on loopback: AssumeRole and GetCallerIdentity in the query protocol (API version 2011-06-15).
 * Rejects where the port is taken.
 */
export async function startTokenServiceSimulator(
  options: TokenServiceSimulatorOptions,
): Promise<TokenServiceSimulator> {
  const random = createRandomSource(options.seed);
  const roles = new Map<string, SimulatedRole>();
  const sessions = new Sessions();
  const faults: TokenServiceFault[] = [];
  const entries: TokenServiceEntry[] = [];
  let clockAheadMs = 0;
  const desk: RoleDesk = { roles, sessions, random };
  const server = createServer({
    desk,
    account: options.account ?? '123456789012',
    takeFault: () => faults.shift(),
    aheadMs: () => clockAheadMs,
    record: (entry) => entries.push({ at: new Date().toISOString(), ...entry }),
  });
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const control: TokenServiceControl = {
    putRole: (role) => void roles.set(role.arn, role),
    removeRole: (arn) => void roles.delete(arn),
    addFault: (fault) => void faults.push(...Array.from({ length: fault.times ?? 1 }, () => fault)),
    setSessionLifetime: (ms) => {
      desk.lifetimeMs = ms;
    },
    setClockAhead: (aheadMs) => {
      clockAheadMs = aheadMs;
    },
    expireSessions: () => sessions.expireAll(),
    log: () => [...entries],
  };
  return { url, control, sessions, close: () => server.close() };
}
