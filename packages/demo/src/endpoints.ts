import { renameSync, writeFileSync } from 'node:fs';

/** The header that one of the ingress's envelopes wants. */
interface EndpointCredential {
  readonly header: string;
  readonly value: string;
}

/** Where the parts of a running start are: URLs, but `temporal`, which is `host:port`. */
export interface Endpoints {
  readonly ingress: string;
  readonly temporal: string;
  readonly namespace: string;
  /** Absent where the Temporal server was not started here. */
  readonly ui?: string;
  readonly catalogSimulator: string;
  readonly buyWithPrimeSimulator: string;
  readonly tokenServiceSimulator: string;
}

/** By envelope. */
export type EndpointCredentials = Readonly<Record<'eventbridge' | 'webhook', EndpointCredential>>;

/**
 * Writes the addresses and the keys for `steward emit` and tests: only its owner
 * may read the file, and it is there whole or not at all.
 */
export function writeEndpoints(path: string, endpoints: Endpoints, credentials: EndpointCredentials): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify({ ...endpoints, credentials }, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}
