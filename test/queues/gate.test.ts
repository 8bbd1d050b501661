import { createGate, type GateCheck } from '../../src/queues/gate.ts';

const quick = { firstMs: 1, longestMs: 4 };
const signal = new AbortController().signal;

test('it is closed until a first check has passed, and all who wait share the checks', async () => {
  const answers: GateCheck[] = [{ ready: false, reason: 'away' }, { ready: false, reason: 'away' }, { ready: true }];
  const said: Array<string | undefined> = [];
  const gate = createGate(
    async () => answers.shift()!,
    (reason) => said.push(reason),
    quick,
  );
  expect(gate.reason()).toBeDefined();
  await Promise.all([gate.opened(signal), gate.opened(signal)]);
  expect(answers).toEqual([]);
  expect(gate.reason()).toBeUndefined();
  expect(said).toEqual(['away', undefined]);
});

test('a delivery that fails closes it, and the next check opens it', async () => {
  let checks = 0;
  const said: Array<string | undefined> = [];
  const check = async (): Promise<GateCheck> => {
    checks += 1;
    return { ready: true };
  };
  const gate = createGate(check, (reason) => said.push(reason), quick);
  await gate.opened(signal);
  const since = gate.readySinceMs();
  gate.close('refused');
  gate.close('refused again');
  expect(gate.reason()).toBe('refused');
  await gate.opened(signal);
  expect(checks).toBe(2);
  // The check found it ready all the time.
  expect(gate.readySinceMs()).toBe(since);
  expect(said).toEqual(['refused', undefined]);
});

test('while deliveries fail though the checks pass, it opens at growing intervals', async () => {
  const gate = createGate(
    async () => ({ ready: true }),
    () => undefined,
    { firstMs: 20, longestMs: 80 },
  );
  const begunMs = performance.now();
  for (let round = 0; round < 4; round += 1) {
    await gate.opened(signal);
    gate.close('refused');
  }
  // At once, then 20, 40 and 80 ms, each a quarter less at the least.
  expect(performance.now() - begunMs).toBeGreaterThan(100);
  gate.succeeded();
  const againMs = performance.now();
  await gate.opened(signal);
  expect(performance.now() - againMs).toBeLessThan(60);
  expect(gate.successes()).toBe(1);
});

test('the end of a process wakes those who wait', async () => {
  const ending = new AbortController();
  const gate = createGate(
    async () => ({ ready: false, reason: 'away' }),
    () => undefined,
    { firstMs: 60_000, longestMs: 60_000 },
  );
  setTimeout(() => ending.abort(), 20);
  await expect(gate.opened(ending.signal)).rejects.toThrow('aborted');
});
