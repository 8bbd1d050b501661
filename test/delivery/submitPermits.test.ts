import type { Client } from '@temporalio/client';
import { createSubmitPermits } from '../../src/delivery/submitPermits.ts';
import type { PermitRequest } from '../../src/workflows/submitPermits/contract.ts';

const scope = { account: '123456789012', catalog: 'AWSMarketplace' };
const asked = (token: string) => ({ token, authority: 'policy', dailyCap: 5, usedWithinMs: 60_000 }) as const;

/** A Temporal that answers an update when the test says so. */
function slowTemporal() {
  const updates: Array<{ readonly what: string; readonly answer: () => void }> = [];
  const update = <Answer>(what: string, answer: Answer): Promise<Answer> =>
    new Promise((resolve) => updates.push({ what, answer: () => resolve(answer) }));
  const client = {
    withDeadline: <Answer>(_: number, call: () => Promise<Answer>) => call(),
    workflow: {
      executeUpdateWithStart: (_: unknown, { args: [{ token }] }: { args: [PermitRequest] }) =>
        update(token, { outcome: 'granted', grant: 1 }),
      getHandle: () => ({ executeUpdate: () => update('return', undefined) }),
    },
  };
  return { client: client as unknown as Client, updates };
}

test('a request that waits behind others for too long is not sent, and comes back; a return goes before those that wait', async () => {
  const { client, updates } = slowTemporal();
  const permits = createSubmitPermits(client, () => 5, 10_000, 200);
  const first = ['a', 'b', 'c', 'd'].map((token) => permits.request(scope, asked(token)));
  const late = ['e', 'f'].map((token) => permits.request(scope, asked(token)));
  const later = { outcome: 'later', because: 'others', retryAfterMs: expect.any(Number) as number };
  expect(await Promise.all(late)).toEqual([later, later]);
  const waits = permits.request(scope, asked('g'));
  const returned = permits.giveBack(scope.account, { token: 'x', grant: 1, fate: 'unsent' });
  for (let at = 0; at < 6; at += 1) {
    updates[at]?.answer();
    await new Promise(setImmediate);
  }
  await Promise.all([...first, waits, returned]);
  expect(updates.map(({ what }) => what)).toEqual(['a', 'b', 'c', 'd', 'return', 'g']);
});

test('a permit whose answer came too late is given back as unsent, so that the next attempt does not wait for its end', async () => {
  const asks: Array<{ readonly updateId: string; readonly answer: () => void; readonly lose: () => void }> = [];
  const returns: unknown[] = [];
  const client = {
    withDeadline: <Answer>(_: number, call: () => Promise<Answer>) => call(),
    workflow: {
      executeUpdateWithStart: (_: unknown, { updateId }: { updateId: string }) =>
        new Promise((resolve, reject) =>
          asks.push({
            updateId,
            answer: () => resolve({ outcome: 'granted', grant: 7 }),
            lose: () => reject(new Error('deadline exceeded')),
          }),
        ),
      getHandle: () => ({
        executeUpdate: (_: unknown, { args }: { args: unknown[] }) => Promise.resolve(void returns.push(...args)),
      }),
    },
  } as unknown as Client;
  const permits = createSubmitPermits(client, () => 5, 10_000);
  const request = permits.request(scope, asked('a')).catch((error: unknown) => error);
  await new Promise(setImmediate);
  asks[0]?.lose();
  await new Promise(setImmediate);
  asks[1]?.lose();
  expect(await request).toMatchObject({ type: 'Unreachable' });
  expect(returns).toEqual([]);
  asks[2]?.answer();
  await new Promise(setImmediate);
  expect(new Set(asks.map(({ updateId }) => updateId)).size).toBe(1);
  expect(asks).toHaveLength(3);
  expect(returns).toEqual([{ token: 'a', grant: 7, fate: 'unsent', settleMs: 10_000 }]);
});
