import { createHash } from 'node:crypto';
import type { Journal } from '../journal.ts';
import type { Pace } from './pace.ts';
import type { HttpAnswer } from './plans.ts';

/** Credentials that the simulator knows, and the merchants that they may act for. */
export interface SimulatedClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly businessProductIds: readonly string[];
}

interface TokenRules {
  readonly seed: number;
  readonly clients: readonly SimulatedClient[];
  /** Of token requests; one more is throttled. */
  readonly pace: Pace;
}

/** The answer to a token request, in the words of RFC 6749, section 5. */
export type TokenAnswer =
  | { readonly status: 200; readonly clientId: string; readonly accessToken: string; readonly expiresInSeconds: number }
  | { readonly status: 400 | 401 | 429; readonly clientId: string | undefined; readonly error: string };

/** What the next token requests are answered in place of tokens, one each. */
export class TokenAnswers {
  readonly #left;

  constructor(journal: Journal) {
    this.#left = journal.table<readonly HttpAnswer[]>('tokenAnswers');
  }

  /** Adds answers after those that are there. */
  add(answers: readonly HttpAnswer[]): void {
    if (answers.length > 0) this.#left.set('now', [...(this.#left.get('now') ?? []), ...answers]);
  }

  /** Takes the next one. */
  take(): HttpAnswer | undefined {
    const [answer, ...more] = this.#left.get('now') ?? [];
    if (answer !== undefined) this.#left.set('now', more);
    return answer;
  }
}

/** Gives and checks bearer tokens. */
export class TokenDesk {
  readonly #rules: TokenRules;
  readonly #issued;
  /** How many were given, ended ones included. */
  readonly #count;
  /** How long a token that is given now is good for, in milliseconds. */
  lifetimeMs: number;

  constructor(rules: TokenRules, lifetimeMs: number, journal: Journal) {
    this.#rules = rules;
    this.#issued = journal.table<{ readonly clientId: string; readonly endsAtMs: number }>('tokens');
    this.#count = journal.table<number>('tokenCount');
    this.lifetimeMs = lifetimeMs;
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
    if (!this.#rules.pace.admits(client.clientId, nowMs)) return { status: 429, clientId, error: 'slow_down' };
    return { status: 200, clientId: client.clientId, ...this.#issue(client, nowMs) };
  }

  /** The client whose token this is, or undefined where it was never given or has ended. */
  holder(accessToken: string, nowMs: number): SimulatedClient | undefined {
    const issued = this.#issued.get(accessToken);
    if (issued === undefined || nowMs >= issued.endsAtMs) return undefined;
    return this.#rules.clients.find(({ clientId }) => clientId === issued.clientId);
  }

  /** Ends one token. */
  expire(accessToken: string): void {
    this.#issued.delete(accessToken);
  }

  /** Ends every token that was given. */
  expireAll(): void {
    this.#issued.clear();
  }

  #issue(client: SimulatedClient, nowMs: number): { accessToken: string; expiresInSeconds: number } {
    const { lifetimeMs } = this;
    const count = (this.#count.get('now') ?? 0) + 1;
    this.#count.set('now', count);
    const accessToken = `simulated-${createHash('sha256').update(`${this.#rules.seed} ${count}`).digest('base64url')}`;
    this.#issued.set(accessToken, { clientId: client.clientId, endsAtMs: nowMs + lifetimeMs });
    return { accessToken, expiresInSeconds: Math.floor(lifetimeMs / 1000) };
  }
}
