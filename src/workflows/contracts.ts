import { accountHealthContract } from './accountHealth/contract.ts';
import { backfillChangeSetsContract } from './backfillChangeSets/contract.ts';
import { backfillItemsContract } from './backfillItems/contract.ts';
import { changeSetContract } from './changeSetRemediation/contract.ts';
import { deadLetterQueueContract } from './deadLetterQueue/contract.ts';
import { eventFanOutContract } from './eventFanOut/contract.ts';
import { heldEventsContract } from './heldEvents/contract.ts';
import { failingTasksContract } from './failingTasks/contract.ts';
import { itemBuyabilityContract } from './itemBuyability/contract.ts';
import { morningDigestContract } from './morningDigest/contract.ts';
import { noticeDigestContract } from './noticeDigest/contract.ts';
import { offerWatchContract } from './offerWatch/contract.ts';
import { quarantinedEventContract } from './quarantinedEvent/contract.ts';
import { reconcileChangeSetsContract } from './reconcileChangeSets/contract.ts';
import { securityCaseContract } from './securityCase/contract.ts';
import { submitPermitsContract } from './submitPermits/contract.ts';
import { testEventContract } from './testEvent/contract.ts';
import type { WorkflowContract } from './shared/contract.ts';

/** The contract of every workflow: what the command line knows of them. */
export const contracts: readonly WorkflowContract[] = [
  accountHealthContract,
  backfillChangeSetsContract,
  backfillItemsContract,
  changeSetContract,
  deadLetterQueueContract,
  eventFanOutContract,
  failingTasksContract,
  heldEventsContract,
  itemBuyabilityContract,
  morningDigestContract,
  noticeDigestContract,
  offerWatchContract,
  quarantinedEventContract,
  reconcileChangeSetsContract,
  securityCaseContract,
  submitPermitsContract,
  testEventContract,
];
