import type { IncomingMessage } from 'node:http';
import type { RefusalCode } from './answerTable.ts';

/** A host and at most a port (RFC 9110, section 7.2, by RFC 3986, section 3.2.2). An address of http has a host. */
const hostPattern = /^(?:\[[0-9a-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::\d*)?$/i;

function isHostWrong({ rawHeaders, httpVersion }: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion'>): boolean {
  let host: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== 'host') continue;
    // Node keeps the first of several.
    if (host !== undefined) return true;
    host = rawHeaders[at + 1];
  }
  return host === undefined ? httpVersion === '1.1' : !hostPattern.test(host.trim());
}

function transferProblem(coding: string, httpVersion: string): RefusalCode | undefined {
  // RFC 9112, section 6.1: the framing of such a message is faulty.
  if (httpVersion !== '1.1') return 'malformedRequest';
  const codings = coding.split(',').map((one) => one.trim().toLowerCase());
  if (codings.some((one) => one !== 'chunked')) return 'unsupportedTransferEncoding';
  return codings.length > 1 ? 'malformedRequest' : undefined;
}

/**
 * What is wrong with a request by RFC 9112 that Node's parser lets pass: the version, `Host` (section 3.2),
 * `Transfer-Encoding` (section 6.1), and `Expect` (RFC 9110, section 10.1.1).
 */
export function framingProblem(
  request: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion' | 'headers'>,
): RefusalCode | undefined {
  const { httpVersion, headers } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'unsupportedVersion';
  const { 'transfer-encoding': coding, expect } = headers;
  const problem = coding === undefined ? undefined : transferProblem(coding, httpVersion);
  if (problem !== undefined) return problem;
  if (isHostWrong(request)) return 'badHost';
  const isMet = expect === undefined || httpVersion === '1.0' || expect.trim().toLowerCase() === '100-continue';
  return isMet ? undefined : 'expectationFailed';
}

/** Whether a request announces a body. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers;
  return coding !== undefined || Number(length) > 0;
}
