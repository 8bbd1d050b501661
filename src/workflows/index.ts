export { changeSetRemediation } from './changeSetRemediation/workflow.ts';
export { offerWatch } from './offerWatch/workflow.ts';
export { securityCase } from './securityCase/workflow.ts';
export { itemBuyability } from './itemBuyability/workflow.ts';
export { quarantinedEvent } from './quarantinedEvent/workflow.ts';
export { accountHealth } from './accountHealth/workflow.ts';
export { backfillItems } from './backfillItems/workflow.ts';
