import { pino } from 'pino';
import { createSampledLog } from '../../src/ingress/sampledLog.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function sampled() {
  const lines: Array<Record<string, unknown>> = [];
  const log = createSampledLog(pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }), 'refused');
  return { log, taken: () => lines.splice(0).map(({ key, error, repeats }) => [key ?? error, repeats]) };
}

test('the first line at once, then one in 10 seconds with a count, and after a quiet time at once again', () => {
  const { log, taken } = sampled();
  const warn = (key: string) => log.warn(key, { key });
  for (const key of ['a', 'a', 'b', 'a']) warn(key);
  expect(taken()).toEqual([
    ['a', undefined],
    ['b', undefined],
  ]);
  jest.advanceTimersByTime(10_000);
  expect(taken()).toEqual([['a', 2]]);
  for (const key of ['a', 'a', 'b']) warn(key);
  expect(taken()).toEqual([['b', undefined]]);
  jest.advanceTimersByTime(10_000);
  expect(taken()).toEqual([['a', 2]]);
  jest.advanceTimersByTime(10_000);
  warn('a');
  expect(taken()).toEqual([['a', undefined]]);
  warn('a');
  log.close();
  expect(taken()).toEqual([['a', 1]]);
  expect(jest.getTimerCount()).toBe(0);
});

test('any number of kinds is 101 lines', () => {
  const { log, taken } = sampled();
  for (let index = 0; index < 5_000; index += 1) log.warn(`kind ${index}`, { key: index });
  expect(taken()).toHaveLength(101);
  jest.advanceTimersByTime(10_000);
  expect(taken()).toEqual([['others', 4_899]]);
});
