import type { Client } from '@temporalio/client';
import { accountHeading, kindHeading } from '../../src/delivery/headings.ts';
import { createHoldLimit, heldQuery } from '../../src/delivery/holdLimit.ts';
import { heldEventsWorkflowId } from '../../src/workflows/heldEvents/contract.ts';

const heading = accountHeading('111122223333');

/** A client that gives these counts. */
function counting(answers: Array<number | Error>) {
  const asked: string[] = [];
  const count = (query: string): Promise<{ count: number }> => {
    asked.push(query);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ count: answer ?? 0 });
  };
  return { asked, client: { workflow: { count } } as unknown as Client };
}

test('admits up to the limit, however many come at once, by one count a second', async () => {
  let nowMs = 0;
  const { client, asked } = counting([7, 10]);
  const limit = createHoldLimit(client, () => nowMs);
  const admitted = await Promise.all(Array.from({ length: 10 }, () => limit.admits(heading, 10)));
  expect(admitted.filter(Boolean)).toHaveLength(3);
  expect(asked).toEqual([heldQuery(heading)]);
  nowMs = 1_000;
  expect(await limit.admits(heading, 10)).toBe(false);
  expect(asked).toHaveLength(2);
});

test('what Temporal does not answer is asked again at once', async () => {
  const { client, asked } = counting([new Error('away'), 0]);
  const limit = createHoldLimit(client, () => 0);
  await expect(limit.admits(heading, 10)).rejects.toThrow('away');
  expect(await limit.admits(heading, 10)).toBe(true);
  expect(asked).toHaveLength(2);
});

test('two kinds have two headings, whose ids a shell takes as they are', () => {
  const ids = ['a/Change Set', 'a/Change-Set', 'a/Changé Set', 'a/$(rm -r)'].map((kind) =>
    heldEventsWorkflowId(kindHeading(kind)),
  );
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^unknown-kind:[\w./-]+$/);
});
