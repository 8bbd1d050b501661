import { keptWorkflows } from '../../src/workers/heap.ts';

const megabyte = 1024 * 1024;
/** What V8 says of a heap: with old space go three semi-spaces. */
const limitBytes = (oldMb: number, semiMb = 64): number => (oldMb + 3 * semiMb) * megabyte;

describe('the workflows that a worker keeps', () => {
  test.each([
    ['the limit of the image and of steward', ['--max-old-space-size=256', '--max-semi-space-size=4'], 88],
    ['the least limit', ['--max-old-space-size=128'], 24],
    ['a limit in the other spelling', ['--max_old_space_size=192'], 56],
    ['the last of several limits', ['--max-old-space-size=4096', '--max-old-space-size=160'], 40],
    ['much memory', ['--max-old-space-size=4096'], 500],
  ])('follow %s', (_name, words, kept) => {
    const heap = { limitBytes: limitBytes(4096) };
    expect(keptWorkflows({ ...heap, execArgv: words })).toBe(kept);
    expect(keptWorkflows({ ...heap, execArgv: [], nodeOptions: words.join(' ') })).toBe(kept);
  });

  test('follow the flag rather than NODE_OPTIONS, as Node does', () => {
    const heap = { execArgv: ['--max-old-space-size=160'], nodeOptions: '--max-old-space-size=2000' };
    expect(keptWorkflows({ ...heap, limitBytes: limitBytes(160) })).toBe(40);
  });

  test('follow what V8 chose by the machine, less its young generation, where no flag says it', () => {
    expect(keptWorkflows({ execArgv: ['--import=x'], limitBytes: limitBytes(200) })).toBe(60);
    expect(keptWorkflows({ execArgv: [], limitBytes: limitBytes(4096) })).toBe(500);
    expect(keptWorkflows({ execArgv: [], limitBytes: 300 * megabyte })).toBe(35);
  });

  test('need a least limit', () => {
    const heap = { execArgv: ['--max-old-space-size=127'], limitBytes: limitBytes(127) };
    expect(() => keptWorkflows(heap)).toThrow(/limit is 127 MB, and a worker needs 128.*--max-old-space-size=128/);
  });
});
