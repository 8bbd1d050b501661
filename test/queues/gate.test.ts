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
  const waited: number[] = [];
  const gate = createGate(
    async () => ({ ready: true }),
    () => undefined,
    { firstMs: 20, longestMs: 80, wait: async (ms) => waited.push(ms) },
  );
  const failOnce = async (): Promise<void> => {
    await gate.opened(signal);
    gate.close('refused');
  };
  for (let round = 0; round < 5; round += 1) await failOnce();
  gate.succeeded();
  await gate.opened(signal);
  expect(gate.successes()).toBe(1);
  // Several processes come back at different moments: a quarter more or less.
  const expected = [0, 20, 40, 80, 80, 0];
  expect(waited).toHaveLength(expected.length);
  for (const [index, ms] of expected.entries()) {
    expect(waited[index]).toBeGreaterThanOrEqual(ms * 0.75);
    expect(waited[index]).toBeLessThanOrEqual(ms * 1.25);
  }
});

test('the end of a process wakes those who wait', async () => {
  const ending = new AbortController();
  const gate = createGate(
    async () => ({ ready: false, reason: 'away' }),
    () => undefined,
    { firstMs: 60_000, longestMs: 60_000 },
  );
  // The second check is a minute away.
  const opened = gate.opened(ending.signal);
  await new Promise(setImmediate);
  ending.abort();
  await expect(opened).rejects.toThrow('aborted');
});
