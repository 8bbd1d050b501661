import { WriteStream } from 'node:tty';
import { createProgress } from '../progress.ts';

const clearLine = '\r\u001b[2K';

/** A stream that keeps what is written to it, on a terminal of so many columns or on none. */
function stream(columns?: number): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const facts = { isTTY: columns !== undefined, columns, write };
  return { stream: Object.assign(Object.create(WriteStream.prototype), facts) as NodeJS.WriteStream, written };
}

test('elsewhere than on a terminal: a line for each new step, not for each count, and no control characters', () => {
  const { stream: plain, written } = stream();
  const progress = createProgress(plain, {});
  progress.say('ready');
  for (const done of [0, 1, 2]) progress.at('first', done, 3);
  progress.at('second', 0, 2);
  progress.end();
  expect(written).toEqual(['ready\n', 'first: 0 of 3\n', 'second: 0 of 2\n']);
});

test('on a terminal: one line that is redrawn, shorter than the terminal is wide, and taken away at the end', () => {
  const { stream: terminal, written } = stream(10);
  const progress = createProgress(terminal, {});
  progress.at('a long step', 1, 3);
  progress.say('ready');
  progress.end();
  expect(written).toEqual([`${clearLine}a long st`, `${clearLine}ready\n`, clearLine]);
});

test('a terminal that gives no width shows the line all the same', () => {
  const { stream: terminal, written } = stream(0);
  createProgress(terminal, {}).at('step', 1, 3);
  expect(written).toEqual([`${clearLine}step: 1 of 3`]);
});

test('a dumb terminal gets plain lines', () => {
  const { stream: terminal, written } = stream(80);
  createProgress(terminal, { TERM: 'dumb' }).at('step', 1, 3);
  expect(written).toEqual(['step: 1 of 3\n']);
});
