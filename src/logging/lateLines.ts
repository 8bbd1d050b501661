import { pino, type DestinationStream } from 'pino';

/** What may wait to be written; the reader of a log that is behind by more has stopped. */
const mostWaitingBytes = 8 * 1024 ** 2;

/** A place for lines that are written beside the work. */
export interface LateLines {
  readonly destination: DestinationStream;
  /** Calls back with how many lines were left out, once the reader has caught up. */
  readonly onLeftOut: (report: (lines: number) => void) => void;
}

/**
 * Standard error, written beside the work: a line costs its caller no system call, and a reader that has stopped holds up
 * nobody, since lines beyond eight megabytes are left out. So it is where they cannot be written, as on a full disk: the
 * next line is written with them. A process that ends writes what waits, unless the last write failed; one that is killed
 * loses the lines of its last milliseconds.
 */
export function standardErrorBesideWork(): LateLines {
  const stream = pino.destination({ fd: 2, sync: false, maxLength: mostWaitingBytes });
  let leftOut = 0;
  stream.on('drop', () => (leftOut += 1));
  // An error that nobody hears would end the process; and its end would write what waits again without end.
  let fails = false;
  stream.on('error', () => (fails = true));
  stream.on('write', () => (fails = false));
  const flushAll = stream.flushSync.bind(stream);
  stream.flushSync = () => {
    if (!fails) flushAll();
  };
  return {
    destination: stream,
    onLeftOut(report) {
      stream.on('drain', () => {
        const lines = leftOut;
        leftOut = 0;
        if (lines > 0) report(lines);
      });
    },
  };
}
