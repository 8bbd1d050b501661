import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { largestBodyBytes } from '../delivery/quarantine.ts';
import type { RefusalCode } from './answerTable.ts';
import type { Flight } from './flightLimit.ts';
import type { RequestsUnderWay } from './requestsUnderWay.ts';

/** Why the body of a request was not taken. */
export class BodyProblem extends Error {
  override readonly name = 'BodyProblem';
  readonly code: RefusalCode | 'senderLeft';

  constructor(code: RefusalCode | 'senderLeft') {
    super(code);
    this.code = code;
  }
}

/**
 * Reads a body, as it comes and at most so much of it.
 * @throws BodyProblem, and leaves the rest of the body unread.
 */
export function readBody(request: IncomingMessage, flight: Flight, underWay: RequestsUnderWay): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const settle = (problem?: RefusalCode | 'senderLeft'): void => {
    request.off('data', onData).off('end', onEnd).off('close', onLeft);
    done();
    if (problem === undefined) return resolve(Buffer.concat(chunks, length));
    request.pause();
    reject(new BodyProblem(problem));
  };
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > largestBodyBytes) settle('bodyTooLarge');
    else if (flight.receive(chunk.length)) chunks.push(chunk);
    else settle('overloaded');
  };
  const onEnd = (): void => settle();
  const onLeft = (): void => settle('senderLeft');
  const done = underWay.reading(request, settle);
  // An error is followed by 'close'.
  request.on('error', () => undefined);
  request.on('data', onData).once('end', onEnd).once('close', onLeft);
  return promise;
}

/**
 * The content codings that were applied to a body, without those that change nothing.
 * @returns undefined where one cannot be undone here.
 */
export function codingOf(header: string | undefined): 'identity' | 'gzip' | undefined {
  const codings = (header ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length === 0) return 'identity';
  // RFC 9110, section 8.4.1.3: a recipient treats x-gzip as gzip.
  return codings.length === 1 && (codings[0] === 'gzip' || codings[0] === 'x-gzip') ? 'gzip' : undefined;
}

const inflate = promisify(gunzip);

/**
 * Inflates a body, and stops where it grows beyond the largest.
 * @returns undefined where it is no gzip.
 * @throws BodyProblem where it is too large.
 */
export async function inflated(body: Buffer): Promise<Buffer | undefined> {
  try {
    return await inflate(body, { maxOutputLength: largestBodyBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new BodyProblem('bodyTooLarge');
    return undefined;
  }
}
