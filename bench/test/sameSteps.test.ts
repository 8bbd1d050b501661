import { requireSameSteps } from '../worker/sameSteps.ts';

const steps = { events: { workflowExecutionStartedEventAttributes: 1 }, calls: { DescribeChangeSet: 2 } };

test('the two sides of the worker’s measurement must do the same', () => {
  expect(() => requireSameSteps(steps, { ...steps })).not.toThrow();
  expect(() => requireSameSteps(steps, { ...steps, calls: { DescribeChangeSet: 3 } })).toThrow('does not do what');
  expect(() => requireSameSteps(steps, { ...steps, events: {} })).toThrow('does not do what');
});
