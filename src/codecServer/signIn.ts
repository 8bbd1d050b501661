import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { isLoopback } from '../config/loopback.ts';
import type { Secret } from '../config/secret.ts';
import { overloaded, sendAnswer } from '../ingress/answers.ts';
import { createRateLimit } from './rate.ts';

const cookieName = 'steward-codec';
/** A working day: after that an operator signs in again. */
const sessionSeconds = 12 * 60 * 60;
const attemptsPerSecond = 5;
const largestFormBytes = 4_096;

/** The sessions of those who have signed in. They are in the cookies alone: another password ends them all. */
export interface Sessions {
  /** Whether the cookie of a request is one that this server gave, and still good. */
  readonly admits: (headers: IncomingHttpHeaders) => boolean;
  readonly admitsPassword: (password: string) => boolean;
  /** The value of a new cookie. */
  readonly open: () => string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
/** In constant time, and of digests, so neither the length nor the place of a near miss shows. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

/** @param nowMs milliseconds since the epoch. */
export function createSessions(password: Secret, nowMs: () => number = Date.now): Sessions {
  const signed = (endsAt: string): string =>
    createHmac('sha256', password.reveal()).update(`steward codec server session ${endsAt}`).digest('base64url');
  return {
    admits({ cookie = '' }) {
      const [, endsAt, signature] =
        new RegExp(`(?:^|; ?)${cookieName}=(\\d{1,12})\\.([\\w-]{43})(?:;|$)`).exec(cookie) ?? [];
      if (endsAt === undefined || signature === undefined) return false;
      return isSame(signature, signed(endsAt)) && Number(endsAt) * 1_000 > nowMs();
    },
    admitsPassword: (given) => isSame(given, password.reveal()),
    open() {
      const endsAt = String(Math.floor(nowMs() / 1_000) + sessionSeconds);
      return `${endsAt}.${signed(endsAt)}`;
    },
  };
}

const style = 'body{font:16px/1.5 sans-serif;max-width:36em;margin:4em auto;padding:0 1em}input,button{font:inherit}';

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Codec server of marketplace-steward</title><style>${style}</style>${body}</html>`;
}

const form = (problem: string): string =>
  page(
    `<h1>Read what Temporal stores</h1>${problem}<form method="post" action="/sign-in"><p><label>Password of the codec server: <input type="password" name="password" autocomplete="current-password" required></label> <button>Sign in</button></p></form>`,
  );
const signedIn = page(
  '<h1>Signed in</h1><p>For 12 hours this browser may read encrypted payloads. Go back to the Web UI. In its codec server settings (the glasses at the top right), “Include cross-origin credentials” must be on.</p>',
);

function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    .send(html);
}

/**
 * A cookie that only requests of the same site carry, and no script reads. On the machine itself there is no TLS, and not
 * every browser takes a secure cookie there.
 */
function cookieOf(value: string, { hostname }: FastifyRequest): string {
  const secure = isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')) ? '' : '; Secure';
  return `${cookieName}=${value}; Path=/; Max-Age=${sessionSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** Adds the page where operators sign in, for a Web UI that has no token of theirs to pass on. */
export function registerSignIn(app: FastifyInstance, sessions: Sessions, logger: Logger): void {
  const admits = createRateLimit(attemptsPerSecond);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: largestFormBytes },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)).get('password') ?? '');
    },
  );
  app.get('/sign-in', (_request, reply) => sendPage(reply, 200, form('')));
  app.post('/sign-in', (request, reply) => {
    if (!admits()) return sendAnswer(reply, overloaded());
    if (typeof request.body !== 'string' || !sessions.admitsPassword(request.body)) {
      logger.warn('a sign-in was refused: wrong password');
      return sendPage(reply, 401, form('<p><strong>That is not the password.</strong></p>'));
    }
    logger.info('an operator signed in');
    return sendPage(reply.header('set-cookie', cookieOf(sessions.open(), request)), 200, signedIn);
  });
}
