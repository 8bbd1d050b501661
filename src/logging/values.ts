import { memberOf } from '../defined.ts';
import { hidden, isSecretName, shownText } from './text.ts';

/** Whatever is given to a log, a line of it stays small. */
const bounds = {
  depth: 6,
  members: 100,
  entries: 2_000,
  values: 5_000,
  causes: 3,
  messageCharacters: 1_000,
  frames: 15,
};

/** How an error is logged. Of what vendors and libraries hang on it nothing else is: requests, answers, headers, options. */
interface ShownError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  /** The vendor's status and the id of the request, by which AWS finds it. */
  readonly status?: number;
  readonly requestId?: string;
  readonly stack?: string;
  readonly cause?: ShownError;
  /** Of an error of several. */
  readonly errors?: readonly ShownError[];
}

const shortText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? shownText(value).slice(0, 200) : undefined;

/** Where it came from, without its words, which stand in `message`. */
function framesOf(error: object): string | undefined {
  const stack = memberOf(error, 'stack');
  if (typeof stack !== 'string') return undefined;
  const frames = stack
    .slice(0, 20_000)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return frames.length === 0 ? undefined : shownText(frames.slice(0, bounds.frames).join('\n'));
}

/** Of another realm, too. */
const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

/** An error as a log may show it. */
export function shownError(error: object, causes: number = bounds.causes): ShownError {
  const message = memberOf(error, 'message');
  const code = memberOf(error, 'code');
  const metadata = memberOf(error, '$metadata');
  const status = memberOf(metadata, 'httpStatusCode');
  const requestId = shortText(memberOf(metadata, 'requestId'));
  const stack = framesOf(error);
  const cause = causes > 0 ? memberOf(error, 'cause') : undefined;
  const errors = causes > 0 ? memberOf(error, 'errors') : undefined;
  const codeText = typeof code === 'number' ? code : shortText(code);
  return {
    name: shortText(memberOf(error, 'name')) ?? 'Error',
    message: shownText(typeof message === 'string' ? message : '').slice(0, bounds.messageCharacters),
    ...(codeText === undefined ? {} : { code: codeText }),
    ...(typeof status === 'number' ? { status } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(stack === undefined ? {} : { stack }),
    ...(isError(cause) ? { cause: shownError(cause, causes - 1) } : {}),
    ...(Array.isArray(errors) && errors.every(isError)
      ? { errors: errors.slice(0, 5).map((one) => shownError(one, causes - 1)) }
      : {}),
  };
}

/** How much of a line is left. */
interface Room {
  values: number;
}

/** Headers come as a flat list of names and values, too. */
function shownList(list: readonly unknown[], depth: number, room: Room): readonly unknown[] {
  return list.slice(0, bounds.entries).map((value, index) => {
    const before = list[index - 1];
    const isValue = typeof value === 'string' && typeof before === 'string' && isSecretName(before);
    return isValue ? hidden : shown(value, depth + 1, room);
  });
}

function shownObject(object: object, depth: number, room: Room): unknown {
  const entries = object instanceof Map ? [...object.entries()] : Object.entries(object);
  const name = memberOf(object, 'name') ?? memberOf(object, 'key');
  const isNamedSecret = typeof name === 'string' && isSecretName(name);
  return Object.fromEntries(
    entries.slice(0, bounds.members).map(([member, value]: readonly [unknown, unknown]) => {
      const key = String(member);
      const isValue = isNamedSecret && key === 'value';
      const isSecret = isValue || (isSecretName(key) && typeof value !== 'boolean' && typeof value !== 'number');
      return [shownText(key), isSecret && value != null ? hidden : shown(value, depth + 1, room)];
    }),
  );
}

function shown(value: unknown, depth: number, room: Room): unknown {
  room.values -= 1;
  if (room.values < 0) return undefined;
  if (typeof value === 'string') return shownText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (isError(value)) return shownError(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth >= bounds.depth) return '[…]';
  if (Array.isArray(value)) return shownList(value, depth, room);
  if (value instanceof Set) return shownList([...value], depth, room);
  const toJson = memberOf(value, 'toJSON');
  if (typeof toJson === 'function') return shown(Reflect.apply(toJson, value, []), depth + 1, room);
  return shownObject(value, depth, room);
}

/** The members of a log line as they may be shown. Never throws: a line that cannot be made says so. */
export function shownMembers(members: object): Record<string, unknown> {
  try {
    if (isError(members)) return { err: shownError(members) };
    return { ...(shownObject(members, 0, { values: bounds.values }) as object) };
  } catch {
    return { unshown: 'the members of this line cannot be read' };
  }
}
