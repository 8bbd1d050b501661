import fc from 'fast-check';
import { itemBuyabilityDefaults } from '../../../src/policies/defaults.ts';
import { newItem, nextCheckMs, verifyUntilMs } from '../../../src/workflows/itemBuyability/state.ts';
import { next } from '../../../src/workflows/itemBuyability/transitions/next.ts';

const hourMs = 3_600_000;
const nowMs = Date.parse('2026-03-01T12:00:00Z');
const input = { version: 1, businessProductId: 'merchant-1', itemId: 'item-1' } as const;
const hours = (least: number, most: number) => fc.integer({ min: least, max: most }).map((each) => each * hourMs);

/** The item that Buy with Prime does not know, by a policy. */
function unknown(policy: typeof itemBuyabilityDefaults) {
  const context = { policy, nowMs };
  const answer = { askedAt: new Date(nowMs).toISOString() };
  const { state } = next(newItem(input, context), { type: 'answered', query: 1, answer }, context);
  if (state.phase.name !== 'verifying') throw new Error(state.phase.name);
  return state.phase;
}

test('whatever policies follow: checks come at instants of the one that holds, none twice, until the time that was promised at least', () => {
  const policies = fc.record({ verifyEveryMs: hours(1, 48), verifyForMs: hours(0, 300) });
  fc.assert(
    fc.property(policies, fc.array(policies, { minLength: 1, maxLength: 40 }), (first, given) => {
      const phase = unknown({ ...itemBuyabilityDefaults, ...first });
      const promisedMs = nowMs + first.verifyForMs;
      let atMs = nowMs;
      for (const policy of given) {
        const current = { ...itemBuyabilityDefaults, ...policy };
        expect(verifyUntilMs(phase, current)).toBeGreaterThanOrEqual(promisedMs);
        const nextMs = nextCheckMs(phase, current, atMs);
        expect((nextMs ?? atMs + policy.verifyEveryMs) > (nextMs === undefined ? promisedMs : atMs)).toBe(true);
        if (nextMs === undefined) break;
        expect((nextMs - nowMs) % policy.verifyEveryMs).toBe(0);
        atMs = nextMs;
      }
    }),
  );
});

test('a state of before goes on until the policy says', () => {
  const phase = { name: 'verifying', query: 1, fromMs: nowMs } as const;
  const policy = { ...itemBuyabilityDefaults, verifyEveryMs: 24 * hourMs, verifyForMs: 48 * hourMs };
  expect([0, 24, 47, 48].map((each) => nextCheckMs(phase, policy, nowMs + each * hourMs))).toEqual([
    nowMs + 24 * hourMs,
    nowMs + 48 * hourMs,
    nowMs + 48 * hourMs,
    undefined,
  ]);
});
