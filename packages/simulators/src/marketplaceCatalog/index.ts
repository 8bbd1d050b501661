import type { KnownSessions } from '../sessions.ts';
import type { CatalogControl } from './control.ts';
import { createControl } from './control.ts';
import { addControlRoutes } from './controlRoutes.ts';
import type { EventTarget } from './eventDelivery.ts';
import type { CallQuotas, QuotaSettings } from './quotas.ts';
import { VENDOR_CALL_QUOTAS, VENDOR_OPEN_CHANGE_SETS } from './quotas.ts';
import { createServer } from './server.ts';
import { createSimulation } from './simulation.ts';
import { defined } from '../defined.ts';

/** How a simulator is started. */
export interface CatalogSimulatorOptions {
  /** 0, or missing: a free one. The host is always 127.0.0.1. */
  readonly port?: number;
  /** Ids and chances come from it: the same seed and the same calls in the same order give the same answers. */
  readonly seed: number;
  /** The account of callers whose access key id is not `SIM` and twelve digits; `123456789012` where missing. */
  readonly account?: string;
  /** Who gave temporary keys (`ASIA…`) out: they act as their role's account, and end. Without it, any key will do. */
  readonly sessions?: KnownSessions;
  /** Where EventBridge events are posted; can be set later by control. */
  readonly events?: EventTarget;
  /** From accept to outcome where no plan says otherwise; 500 where missing. */
  readonly defaultDurationMs?: number;
  /** Calls per second by account and operation in place of the vendor's; `off`: none. */
  readonly quotas?: CallQuotas | 'off';
  /** Where all state outlasts the process, SIGKILL included; in memory where missing. One process at a time may have it. */
  readonly stateFile?: string;
}

/** A running simulator. */
export interface CatalogSimulator {
  /** The endpoint for clients, without a slash at its end. */
  readonly url: string;
  /** The default account. */
  readonly account: string;
  readonly control: CatalogControl;
  /** Stops listening, all timers, and events under way; open connections are cut. */
  close(): Promise<void>;
}

export type { CatalogControl } from './control.ts';

/** Starts a simulated AWS Marketplace Catalog on loopback. Rejects where the port is taken (EADDRINUSE), or the state file is another's. */
export async function startCatalogSimulator(options: CatalogSimulatorOptions): Promise<CatalogSimulator> {
  const account = options.account ?? '123456789012';
  const quotas: QuotaSettings = {
    enabled: options.quotas !== 'off',
    perSecond: options.quotas === undefined || options.quotas === 'off' ? VENDOR_CALL_QUOTAS : options.quotas,
    openChangeSets: VENDOR_OPEN_CHANGE_SETS,
  };
  const simulation = createSimulation({
    seed: options.seed,
    account,
    defaultDurationMs: options.defaultDurationMs ?? 500,
    quotas,
    ...defined({ sessions: options.sessions, eventTarget: options.events, stateFile: options.stateFile }),
  });
  const control = createControl(simulation);
  const server = createServer(simulation);
  addControlRoutes(server, control);
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  simulation.lifecycle.resume();
  simulation.events.resume();
  return {
    url,
    account,
    control,
    close: async () => {
      simulation.lifecycle.stop();
      simulation.events.stop();
      await server.close();
      simulation.journal.close();
    },
  };
}
