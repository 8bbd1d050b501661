import fc from 'fast-check';
import { interleave } from '../interleave.ts';

const never = new AbortController().signal;

/** Both sides write down their names; each round takes so many milliseconds of a clock made of rounds. */
function world(roundMs: number) {
  const order: string[] = [];
  let clockMs = 0;
  const side = (name: string) => () => {
    order.push(name);
    clockMs += roundMs;
    return Promise.resolve(name);
  };
  return { order, baseline: side('baseline'), subject: side('subject'), nowMs: () => clockMs };
}

test('as many pairs as asked, each of one round of each side, the first side changing from pair to pair', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 12 }), async (pairs) => {
      const { order, ...sides } = world(1);
      const heard: number[] = [];
      const done = await interleave({ ...sides, pairs, budgetMs: 1e6, signal: never, onPair: (n) => heard.push(n) });
      expect(done).toEqual(Array.from({ length: pairs }, () => ({ baseline: 'baseline', subject: 'subject' })));
      expect(heard).toEqual(done.map((_, index) => index + 1));
      const firsts = order.filter((_, index) => index % 2 === 0);
      expect(firsts).toEqual(done.map((_, index) => (index % 2 === 0 ? 'baseline' : 'subject')));
      expect(order).toHaveLength(2 * pairs);
    }),
  );
});

test('no pair begins after the time is up, but two are always run', async () => {
  const run = async (budgetMs: number) => {
    const { order: _order, ...sides } = world(10);
    return (await interleave({ ...sides, pairs: 50, budgetMs, signal: never, onPair: () => {} })).length;
  };
  expect(await run(100)).toBe(6);
  expect(await run(0)).toBe(2);
});

test('an abort ends it before the next round, with its reason', async () => {
  const controller = new AbortController();
  const { order, baseline, ...sides } = world(1);
  const abortingBaseline = () => {
    controller.abort(new Error('enough'));
    return baseline();
  };
  const running = interleave({
    ...sides,
    baseline: abortingBaseline,
    pairs: 3,
    budgetMs: 1e6,
    signal: controller.signal,
    onPair: () => {},
  });
  await expect(running).rejects.toThrow('enough');
  expect(order).toEqual(['baseline']);
});
