import { releaseStartMemory } from '../../src/cli/startMemory.ts';

test('what nobody holds any more is collected, and the process has no gc afterwards', () => {
  releaseStartMemory();
  const before = process.memoryUsage().heapUsed;
  let left: unknown[] | undefined = Array.from({ length: 200_000 }, (_, index) => ({ index, text: `${index}` }));
  const held = process.memoryUsage().heapUsed;
  expect(left).toHaveLength(200_000);
  left = undefined;
  releaseStartMemory();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan((held - before) / 4);
  expect(globalThis.gc).toBeUndefined();
});
