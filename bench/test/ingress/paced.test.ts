import { runPaced } from '../../ingress/paced.ts';

test('a slow call delays none of those after it, and counts from when it was due', async () => {
  let release = (): void => undefined;
  const blocked = new Promise<void>((resolve) => (release = resolve));
  let made = 0;
  const calls = [
    () => blocked,
    ...Array.from({ length: 4 }, () => async () => {
      made += 1;
      if (made === 4) release();
    }),
  ];
  const latenciesMs = await runPaced(calls, 1_000);
  expect(latenciesMs).toHaveLength(5);
  // The first is released by the last, which is due four milliseconds after it; a timer may be a little early.
  expect(latenciesMs[0]).toBeGreaterThan(2);
});

test('the first failing call is thrown', async () => {
  const calls = [async () => undefined, () => Promise.reject(new Error('refused')), async () => undefined];
  await expect(runPaced(calls, 1_000)).rejects.toThrow('refused');
});
