/** Says how far a run is: on one line that is redrawn on a terminal, on a line now and then elsewhere. No colours. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void;
  /** How far a step is. */
  at(step: string, done: number, total: number): void;
  /** Takes the redrawn line away. */
  end(): void;
}

const plainEveryMs = 10_000;
const usualColumns = 80;
const clearLine = '\r\u001b[2K';

/** The progress of a run on a stream. */
export function createProgress(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Progress {
  return stream.isTTY && environment['TERM'] !== 'dumb' ? liveProgress(stream) : plainProgress(stream);
}

function liveProgress(stream: NodeJS.WriteStream): Progress {
  const end = () => void stream.write(clearLine);
  return {
    say: (line) => void stream.write(`${clearLine}${line}\n`),
    // A line that wraps could not be taken back. Some terminals give no width, or 0.
    at: (step, done, total) =>
      void stream.write(`${clearLine}${`${step}: ${done} of ${total}`.slice(0, (stream.columns || usualColumns) - 1)}`),
    end,
  };
}

function plainProgress(stream: NodeJS.WriteStream): Progress {
  let step = '';
  let writtenMs = 0;
  const say = (line: string) => void stream.write(`${line}\n`);
  return {
    say,
    at(now, done, total) {
      if (now === step && performance.now() - writtenMs < plainEveryMs) return;
      step = now;
      writtenMs = performance.now();
      say(`${now}: ${done} of ${total}`);
    },
    end: () => {},
  };
}
