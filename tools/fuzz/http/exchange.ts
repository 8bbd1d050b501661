import { connect } from 'node:net';

/** An answer as it came over a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What came back over one connection. */
export interface Exchanged {
  readonly answers: readonly RawAnswer[];
  /** True where bytes came that are no answer. */
  readonly isGarbled: boolean;
  /** How it ended: `late` where nothing more came in the time. */
  readonly end: 'answered' | 'closed' | 'left' | 'late';
}

/** Longer than every time-out of the ingress, in milliseconds. */
const answeredWithinMs = 15_000;
const headEnd = '\r\n\r\n';

interface Parsed {
  readonly answers: readonly RawAnswer[];
  readonly rest: Buffer;
  readonly isGarbled: boolean;
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
}

/**
 * Takes the whole answers from what has come. The ingress gives the length of every body, and 100 has none.
 * @param isHead whether the request of the answer with this number was HEAD
 */
function parse(bytes: Buffer, isHead: (at: number) => boolean): Parsed {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf(headEnd);
    if (end < 0) break;
    const [first = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    if (!Number.isInteger(status)) return { answers, rest, isGarbled: true };
    const headers = headersOf(lines);
    const isInterim = status < 200;
    const length = isInterim || isHead(answers.length) ? 0 : Number(headers.get('content-length') ?? Number.NaN);
    if (!Number.isInteger(length)) return { answers, rest, isGarbled: true };
    const bodyAt = end + headEnd.length;
    if (rest.length < bodyAt + length) break;
    if (!isInterim) answers.push({ status, headers, body: rest.subarray(bodyAt, bodyAt + length).toString('utf8') });
    rest = rest.subarray(bodyAt + length);
  }
  return { answers, rest, isGarbled: false };
}

/**
 * Sends bytes over a connection of its own, and waits until so many answers have come, or the other side closes.
 * @param leaves closes the connection as soon as the bytes are sent
 */
export function exchange(port: number, bytes: Buffer, methods: readonly string[], leaves: boolean): Promise<Exchanged> {
  const { promise, resolve } = Promise.withResolvers<Exchanged>();
  const isHead = (at: number): boolean => methods[at] === 'HEAD';
  let parsed: Parsed = { answers: [], rest: Buffer.alloc(0), isGarbled: false };
  const answers: RawAnswer[] = [];
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const finish = (end: Exchanged['end']): void => {
    socket.destroy();
    clearTimeout(timer);
    resolve({ answers, isGarbled: parsed.isGarbled || (end === 'closed' && parsed.rest.length > 0), end });
  };
  const timer = setTimeout(() => finish('late'), answeredWithinMs);
  socket.on('data', (chunk) => {
    parsed = parse(Buffer.concat([parsed.rest, chunk]), (at) => isHead(answers.length + at));
    answers.push(...parsed.answers);
    if (parsed.isGarbled || answers.length >= methods.length) finish('answered');
  });
  // It closes a connection whose body it does not read: what was sent into that is lost.
  socket.on('error', () => finish('closed'));
  socket.on('end', () => finish('closed'));
  socket.write(bytes, () => {
    if (leaves) finish('left');
  });
  return promise;
}
