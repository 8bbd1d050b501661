import { createHash } from 'node:crypto';

/** Credentials that the simulator knows, and the merchants that they may act for. */
export interface SimulatedClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly businessProductIds: readonly string[];
}

interface TokenRules {
  readonly seed: number;
  readonly clients: readonly SimulatedClient[];
  /** How long a token is good for, in milliseconds. */
  readonly lifetimeMs: number;
  /** Token requests of one client within a minute; one more is throttled. */
  readonly requestsPerMinute: number;
}

/** The answer to a token request, in the words of RFC 6749, section 5. */
export type TokenAnswer =
  | { readonly status: 200; readonly clientId: string; readonly accessToken: string; readonly expiresInSeconds: number }
  | { readonly status: 400 | 401 | 429; readonly clientId: string | undefined; readonly error: string };

const MINUTE_MS = 60_000;

/** Gives and checks bearer tokens. */
export class TokenDesk {
  readonly #rules: TokenRules;
  readonly #issued = new Map<string, { readonly client: SimulatedClient; readonly endsAtMs: number }>();
  readonly #requestedAtMs = new Map<string, number[]>();
  #count = 0;

  constructor(rules: TokenRules) {
    this.#rules = rules;
  }

  /** Answers a token request made at `nowMs`. */
  request(form: URLSearchParams, nowMs: number): TokenAnswer {
    const clientId = form.get('client_id') ?? undefined;
    const grantType = form.get('grant_type');
    if (grantType === null) return { status: 400, clientId, error: 'invalid_request' };
    if (grantType !== 'client_credentials') return { status: 400, clientId, error: 'unsupported_grant_type' };
    const client = this.#rules.clients.find((known) => known.clientId === clientId);
    if (client === undefined || client.clientSecret !== form.get('client_secret')) {
      return { status: 401, clientId, error: 'invalid_client' };
    }
    if (!this.#admits(client.clientId, nowMs)) return { status: 429, clientId, error: 'slow_down' };
    return { status: 200, clientId: client.clientId, ...this.#issue(client, nowMs) };
  }

  /** The client whose token this is, or undefined where it was never given or has ended. */
  holder(accessToken: string, nowMs: number): SimulatedClient | undefined {
    const issued = this.#issued.get(accessToken);
    return issued !== undefined && nowMs < issued.endsAtMs ? issued.client : undefined;
  }

  /** Ends every token that was given. */
  expireAll(): void {
    this.#issued.clear();
  }

  #admits(clientId: string, nowMs: number): boolean {
    const recent = (this.#requestedAtMs.get(clientId) ?? []).filter((atMs) => nowMs - atMs < MINUTE_MS);
    const admitted = recent.length < this.#rules.requestsPerMinute;
    this.#requestedAtMs.set(clientId, admitted ? [...recent, nowMs] : recent);
    return admitted;
  }

  #issue(client: SimulatedClient, nowMs: number): { accessToken: string; expiresInSeconds: number } {
    const { seed, lifetimeMs } = this.#rules;
    this.#count += 1;
    const accessToken = `simulated-${createHash('sha256').update(`${seed} ${this.#count}`).digest('base64url')}`;
    this.#issued.set(accessToken, { client, endsAtMs: nowMs + lifetimeMs });
    return { accessToken, expiresInSeconds: Math.floor(lifetimeMs / 1000) };
  }
}
