import { log } from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import type { AccountHealthPolicy } from '../accountHealth/policyValues.ts';
import type { BackfillChangeSetsPolicy } from '../backfillChangeSets/policyValues.ts';
import type { BackfillItemsPolicy } from '../backfillItems/policyValues.ts';
import type { ChangeSetPolicy } from '../changeSetRemediation/policyValues.ts';
import type { FailingTasksPolicy } from '../failingTasks/policyValues.ts';
import type { HeldEventsPolicy } from '../heldEvents/policyValues.ts';
import type { ItemBuyabilityPolicy } from '../itemBuyability/policyValues.ts';
import type { OfferPolicy } from '../offerWatch/policyValues.ts';
import type { QuarantinePolicy } from '../quarantinedEvent/policyValues.ts';
import type { ReconcilePolicy } from '../reconcileChangeSets/policyValues.ts';
import type { SecurityPolicy } from '../securityCase/policyValues.ts';
import type { SubmitPermitsPolicy } from '../submitPermits/policyValues.ts';
import { ownActivities } from './activities.ts';
import { untilItWorks } from './activityOptions.ts';
import type { WorkflowContract } from './contract.ts';
import { isObject, refuseInput, unknownFieldProblem, wrong } from './input.ts';
import { answerMeanwhile, type Meanwhile } from './meanwhile.ts';
import { fits, type Shape } from './shapes.ts';

/** The policies, by the type of the workflow that goes by them. */
export interface PoliciesByType {
  readonly accountHealth: AccountHealthPolicy;
  readonly backfillChangeSets: BackfillChangeSetsPolicy;
  readonly backfillItems: BackfillItemsPolicy;
  readonly changeSetRemediation: ChangeSetPolicy;
  readonly failingTasks: FailingTasksPolicy;
  readonly heldEvents: HeldEventsPolicy;
  readonly itemBuyability: ItemBuyabilityPolicy;
  readonly offerWatch: OfferPolicy;
  readonly quarantinedEvent: QuarantinePolicy;
  readonly reconcileChangeSets: ReconcilePolicy;
  readonly securityCase: SecurityPolicy;
  readonly submitPermits: SubmitPermitsPolicy;
}

/** A workflow that goes by a policy. */
export type PolicyOwner = keyof PoliciesByType;

/**
 * A workflow's policy as its history has it. Workflow code holds no values of its own: else a changed default would change
 * what histories say.
 */
export interface RecordedPolicy<Policy> {
  /** By which it goes now. */
  readonly policy: Policy;
  /** Values that an operator gave when starting it by hand: they hold for this workflow, whatever the configuration says. */
  readonly given?: Partial<Policy>;
}

/** The policy with which a run begins, and what came while it was not known. */
export interface FirstPolicy<Policy> extends RecordedPolicy<Policy> {
  readonly meanwhile?: Meanwhile;
}

/** What a workflow gives to an activity that it makes anyway, so that this says what the configuration has by now. */
export interface Following<Policy> {
  /** Absent where a run of the version before asks: then nothing is answered. */
  readonly following?: RecordedPolicy<Policy>;
}

/** What an activity answers beside its finding, where the configuration has changed. */
export interface Followed<Policy> {
  /** Absent while the recorded policy is what the configuration says. */
  readonly policy?: Policy;
}

/** Whose policy an activity resolves. */
interface PolicyRequest<Owner extends PolicyOwner = PolicyOwner> {
  readonly owner: Owner;
  /** An AWS account id, where the policy may be the account's own. */
  readonly account?: string;
  /** The merchants that the input names, where it names any. */
  readonly merchants?: readonly string[];
}

/** Why a start by hand is refused: the configuration has no such account or merchant. */
export interface UnknownOwner {
  readonly refused: string;
}

/** Resolves policies for workflows that were started by hand. */
export interface PolicyActivities {
  /** The whole policy, as this worker's configuration has it; a refusal where that lacks the account or a merchant. */
  configuredPolicy(request: PolicyRequest): Promise<PoliciesByType[PolicyOwner] | UnknownOwner>;
}

interface PolicyInput {
  readonly policy?: unknown;
  readonly given?: unknown;
}

/** The policy that a workflow was started with, where it is whole: delivery writes it so. */
export function wholePolicy<Policy extends object>(
  shape: Shape<Policy>,
  { policy, given }: PolicyInput,
): FirstPolicy<Policy> | undefined {
  if (!fits(shape, policy)) return undefined;
  // What is given was checked when the policy was recorded.
  return { policy, ...defined({ given: isObject(given) ? (given as Partial<Policy>) : undefined }) };
}

/**
 * Has an activity resolve the policy of a workflow that was started by hand, without one or with some values of it. It fails
 * the run where these are none of the policy's, and where the configuration does not have the account or a merchant. Until then the workflow answers its query, and keeps commands.
 */
export async function resolvedPolicy<Owner extends PolicyOwner>(
  owner: Owner,
  shape: Shape<PoliciesByType[Owner]>,
  { policy: given = {}, account }: PolicyInput & { readonly account?: unknown },
  example: object,
  contract: Pick<WorkflowContract, 'statusQuery' | 'commands'>,
  merchants?: readonly string[],
): Promise<FirstPolicy<PoliciesByType[Owner]>> {
  if (!isObject(given)) return refuseInput(wrong('policy', 'an object', given), example);
  const meanwhile = answerMeanwhile(contract);
  const { configuredPolicy } = ownActivities<PolicyActivities>({ ...untilItWorks, summary: 'the configured policy' });
  const configured = await configuredPolicy({
    owner,
    ...(typeof account === 'string' && { account }),
    ...defined({ merchants }),
  });
  if ('refused' in configured) return refuseInput(configured.refused, example);
  const policy: unknown = { ...configured, ...given };
  const unknown = unknownFieldProblem(given, Object.keys(configured), 'policy.');
  if (unknown !== undefined) return refuseInput(unknown, example);
  if (!fits(shape, policy)) return refuseInput(shape.problem(policy, 'policy') ?? '', example);
  const isGiven = Object.keys(given).length > 0;
  return { policy, meanwhile, ...(isGiven && { given: given as Partial<PoliciesByType[Owner]> }) };
}

/** The policy that an activity answers, if it answers one: anything else leaves the recorded one as it is. */
export function followedPolicy<Policy>(shape: Shape<Policy>, policy: unknown): Policy | undefined {
  if (policy === undefined) return undefined;
  if (fits(shape, policy)) return policy;
  log.warn('Kept the recorded policy: what the configuration has now has another form', {
    problem: shape.problem(policy, 'policy'),
  });
  return undefined;
}
