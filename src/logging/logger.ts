import { pino, type DestinationStream, type Logger } from 'pino';
import { jsonWithoutSecrets } from '../config/secret.ts';
import { standardErrorBesideWork } from './lateLines.ts';
import { marks } from './marks.ts';
import { shownText } from './text.ts';
import { shownError, shownMembers } from './values.ts';

/** How a logger is made. */
export interface LoggerOptions {
  /** Of the process, or of a part of it. */
  readonly name?: string;
  readonly level?: 'info' | 'error' | 'silent';
  /** Standard error where it is left out, since standard output is the commands'. */
  readonly destination?: DestinationStream;
  /** True for a process whose lines nothing depends on, and which writes one for each event: it does not wait for them. */
  readonly isBesideWork?: boolean;
}

/** What is not a text is a member of the line, an error included, whose words pino would make the message. */
function shownArguments([first, ...rest]: readonly unknown[]): unknown[] {
  const words = rest.map((one) => (typeof one === 'string' ? shownText(one) : one));
  if (typeof first === 'string') return [shownText(first), ...words];
  if (first instanceof Error) return [{ err: first }, ...(words.length === 0 ? [shownError(first).message] : words)];
  return [first, ...words];
}

/**
 * Makes a logger: the only place that does. Members are shown by name and kind, errors by their name, words and place, texts
 * without what looks like a credential; and the last step takes every secret of the configuration out of the line's bytes,
 * wherever it stands.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { name, level = 'info', destination, isBesideWork = false } = options;
  const late = isBesideWork ? standardErrorBesideWork() : undefined;
  const logger = pino(
    {
      level,
      ...(name === undefined ? {} : { name }),
      mixin: () => ({ ...marks() }),
      formatters: { log: shownMembers },
      // The members are plain by now.
      serializers: { err: (value: unknown) => value },
      hooks: {
        logMethod(given, method) {
          Reflect.apply(method, this, shownArguments(given));
        },
        streamWrite: jsonWithoutSecrets,
      },
    },
    destination ?? late?.destination ?? pino.destination(2),
  );
  late?.onLeftOut((lines) => logger.warn({ lines }, 'lines of this log were left out: its reader was too slow'));
  const makeChild: unknown = Reflect.get(logger, 'child');
  // Children inherit it. pino gives the bindings of a child to no formatter.
  Object.defineProperty(logger, 'child', {
    value(this: Logger, bindings: object, options?: object): unknown {
      return typeof makeChild === 'function' && Reflect.apply(makeChild, this, [shownMembers(bindings), options]);
    },
  });
  return logger;
}
