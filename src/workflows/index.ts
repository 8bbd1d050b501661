export { changeSetRemediation } from './changeSetRemediation/workflow.ts';
export { offerWatch } from './offerWatch/workflow.ts';
export { securityCase } from './securityCase/workflow.ts';
export { itemBuyability } from './itemBuyability/workflow.ts';
export { quarantinedEvent } from './quarantinedEvent/workflow.ts';
export { failingTasks } from './failingTasks/workflow.ts';
export { accountHealth } from './accountHealth/workflow.ts';
export { backfillItems } from './backfillItems/workflow.ts';
export { backfillChangeSets } from './backfillChangeSets/workflow.ts';
export { reconcileChangeSets } from './reconcileChangeSets/workflow.ts';
export { heldEvents } from './heldEvents/workflow.ts';
export { eventFanOut } from './eventFanOut/workflow.ts';
export { noticeDigest } from './noticeDigest/workflow.ts';
export { deadLetterQueue } from './deadLetterQueue/workflow.ts';
export { morningDigest } from './morningDigest/workflow.ts';
export { testEvent } from './testEvent/workflow.ts';
export { submitPermits } from './submitPermits/workflow.ts';
export { unknownType as default } from './shared/unknownType.ts';

/**
 * The SDK takes a stack trace for every promise, for the query that shows where a workflow waits. Five frames, of which one
 * is the SDK's hook, name the line that waits; V8's ten cost more processor time (docs/performance.md). A bundle whose modules
 * are not shared refuses the change, and keeps ten.
 */
Reflect.set(Error, 'stackTraceLimit', 5);
