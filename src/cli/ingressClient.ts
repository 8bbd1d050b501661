import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { isLoopback } from '../config/loopback.ts';
import { defined } from '../defined.ts';
import type { Envelope } from '../events/parse.ts';
import { CommandProblem, exitCodes, usageProblem, type CommandContext, type ExitCode } from './command.ts';
import { findEndpoints } from './endpoints.ts';
import { parsedJson } from './files.ts';
import { printable } from './format.ts';

/** An ingress, and the header that it wants. */
export interface IngressTarget {
  readonly url: string;
  readonly header?: { readonly name: string; readonly value: string };
}

/** What the ingress said. */
interface IngressAnswer {
  readonly status: number;
  /** JSON where it was JSON, else the text. */
  readonly body: unknown;
}

/** The ingress itself answers within 3 s (senders wait 5 s at most); this is for what stands in front of it. */
const answerWithinMs = 15_000;

/** Codes of OpenSSL, as Node names them, for a certificate of an authority that this machine does not know. */
const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * Where to send: what the flags name, else the running `npm start`. Its credential goes to its own ingress only.
 * @throws CommandProblem `usage` where nothing names an ingress, a header is not one, or the key would go in clear
 */
export function findIngress(
  flags: { readonly ingress?: string; readonly header?: string; readonly plainHttp?: true },
  envelope: Envelope,
  context: Pick<CommandContext, 'environment' | 'workingDirectory' | 'clone' | 'note'>,
): IngressTarget {
  const header = flags.header === undefined ? undefined : parsedHeader(flags.header);
  if (flags.ingress !== undefined) {
    refuseInClear(flags.ingress, flags.plainHttp === true);
    return { url: flags.ingress, ...defined({ header }) };
  }
  const endpoints = findEndpoints(context);
  if (endpoints === undefined) {
    throw usageProblem(
      'No ingress is known, so nothing was sent. Name one with --ingress URL, start one with npm start, or deliver the event straight to Temporal with --direct.',
    );
  }
  context.note(`using the running npm start (${endpoints.file}): ingress at ${endpoints.ingress}`);
  const own = endpoints.credentials[envelope];
  return { url: endpoints.ingress, header: header ?? { name: own.header, value: own.value } };
}

/** Refuses to send the key and the event where anybody on the way could read both. */
function refuseInClear(ingress: string, isMeant: boolean): void {
  const { protocol, hostname } = URL.parse(ingress) ?? {};
  if (protocol === 'https:') return;
  if (protocol !== 'http:' || hostname === undefined) {
    throw usageProblem('--ingress needs an address that begins with https://, such as https://events.example.com.');
  }
  if (isMeant || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'))) return;
  throw usageProblem(
    `--ingress names ${printable(hostname)} with http://, so the key and the event would go in clear. Nothing was sent. Name it with https://; in a network that nobody else reads, add --plain-http.`,
  );
}

/**
 * Posts the bytes as they are.
 * @throws CommandProblem `unreachable` where nothing answers
 */
export async function postEvent(target: IngressTarget, envelope: Envelope, bytes: Uint8Array): Promise<IngressAnswer> {
  const url = `${target.url.replace(/\/+$/, '')}/v1/events/${envelope}`;
  const response = await posted(url, target, bytes);
  const text = await response.text();
  return { status: response.status, body: parsedJson(text) ?? text };
}

/** Node's code where the other side answers a TLS handshake with something else. */
const noTls = 'ERR_SSL_WRONG_VERSION_NUMBER';

/** What Node says where a server that wants TLS closes the connection, or answers a request in clear with bytes of TLS. */
const mayWantTls = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_\w+)$/;
const handshakeWithinMs = 2_000;

/** Whether a server takes a TLS handshake; its certificate is of no account here, and nothing is sent. */
function speaksTls({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host, port: Number(port) || 80, rejectUnauthorized: false, timeout: handshakeWithinMs });
    const end = (speaks: boolean): void => {
      socket.destroy();
      resolve(speaks);
    };
    socket.once('secureConnect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
    socket.once('close', () => end(false));
  });
}

/** Why nothing answered, and what to do. */
async function adviceOn(
  code: string,
  message: string,
  url: string,
): Promise<readonly [reason: string, advice: string]> {
  if (untrusted.has(code)) {
    return [
      message,
      'Name the certificate of its authority in the variable NODE_EXTRA_CA_CERTS, or correct the certificate.',
    ];
  }
  if (code === noTls) return ['it does not speak TLS', 'It may speak plain HTTP: name it with http://.'];
  const address = URL.parse(url);
  if (address?.protocol === 'http:' && mayWantTls.test(code) && (await speaksTls(address))) {
    return ['it speaks TLS, and the request was in clear', 'Name it with https://.'];
  }
  return [message, 'Check that it runs, or name another with --ingress.'];
}

async function posted(url: string, target: IngressTarget, bytes: Uint8Array): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    ...(target.header && { [target.header.name]: target.header.value }),
  };
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    return await fetch(url, { method: 'POST', headers, body: Buffer.from(bytes), signal, redirect: 'manual' });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
    const code = cause !== undefined && 'code' in cause ? String(cause.code) : '';
    const [reason, advice] = await adviceOn(code, cause?.message ?? String(error), url);
    throw new CommandProblem(
      exitCodes.unreachable,
      `The ingress at ${url} does not answer (${printable(reason)}). ${advice}`,
    );
  }
}

/** The exit status of an answer: taken, refused, or (503) not taken because Temporal does not answer. */
export function exitCodeOfAnswer(status: number): ExitCode {
  if (status >= 200 && status < 300) return exitCodes.ok;
  return status === 503 ? exitCodes.unreachable : exitCodes.failed;
}

/** `name: value`, or `@file` with that line in a file, so that the list of processes does not show a key. */
function parsedHeader(flag: string): { name: string; value: string } {
  const line = flag.startsWith('@') ? fileLine(flag.slice(1)) : flag;
  const found = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n]+)$/.exec(line.trim());
  if (found?.[1] === undefined || found[2] === undefined) {
    throw usageProblem("--header needs the form 'name: value', or @file with that line in it.");
  }
  return { name: found[1], value: found[2] };
}

function fileLine(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw usageProblem(`--header names the file ${printable(file)}, which cannot be read.`);
  }
}
