import { defined } from '../../defined.ts';
import {
  repeatableReads,
  type AccessCheck,
  type AccessRefusedMessage,
  type AlarmType,
  type FailingType,
  type ProductCheck,
  type RefusalType,
} from './contract.ts';

/** The vendor's name for taking on a role: it is refused before any other call is made. */
export const assumeRole = 'AssumeRole';

/** The vendor that refuses. */
export type Vendor = 'awsMarketplace' | 'buyWithPrime';

/** As much of a refusal as decides how to check again. */
type RefusedCall = Pick<AccessRefusedMessage, 'operation' | 'resource' | 'failureType'>;

/**
 * The check that disproves a refusal. Any read shows that credentials are good; only the refused read shows a permission,
 * and only the failed read that it works again.
 * @returns undefined where no call shows it without changing something: StartChangeSet, and what is not known here.
 */
function checkFor({ operation, resource, failureType }: RefusedCall): AccessCheck | undefined {
  const byAnyRead = isRefusalType(failureType) ? failureType !== 'AccessDenied' : operation === assumeRole;
  if (byAnyRead || operation === 'ListChangeSets') {
    return { operation: 'ListChangeSets', refused: failureType };
  }
  const read = repeatableReads.find((one) => one === operation);
  return read && resource !== undefined ? { operation: read, resource, refused: failureType } : undefined;
}

/** The checks that all refusals together need; one of the credentials where no other check is possible. */
export function checksFor(refusals: readonly RefusedCall[]): readonly AccessCheck[] {
  const checks = refusals.flatMap((refusal) => checkFor(refusal) ?? []);
  return checks.length > 0 ? checks : [{ operation: 'ListChangeSets', refused: 'CredentialsRejected' }];
}

/** The checks of a merchant that all refusals together need: the product query is a read, so it disproves every one. */
export function productChecksFor(refusals: readonly RefusedCall[]): readonly ProductCheck[] {
  if (refusals.length === 0) return [{ refused: 'AccessDenied' }];
  return refusals.map(({ resource, failureType }) => ({ ...defined({ itemId: resource }), refused: failureType }));
}

/** Whether a call that changes nothing can disprove a refusal. */
export function canBeChecked(vendor: Vendor, refusal: RefusedCall): boolean {
  return vendor === 'buyWithPrime' || checkFor(refusal) !== undefined;
}

/** From the outermost gate to the innermost: a call that is refused at one has passed those before it. */
const gates: readonly RefusalType[] = ['NotConfigured', 'CredentialsRejected', 'AccessDenied'];

/**
 * Whether a check's refusal still means the earlier one. A call that was denied an operation has shown good credentials.
 */
export function stillRefused(found: RefusalType, before: AlarmType): boolean {
  return isRefusalType(before) && gates.indexOf(found) <= gates.indexOf(before);
}

/** Whether a failure's type is one of the refusals. */
export function isRefusalType(type: unknown): type is RefusalType {
  return gates.some((gate) => gate === type);
}

const failingTypes: readonly FailingType[] = [
  'Throttled',
  'QuotaExceeded',
  'ServiceFault',
  'Unreachable',
  'OutcomeUnknown',
  'MalformedAnswer',
];

/** Whether a failure's type is one that an alarm reports once it lasts. */
export function isFailingType(type: unknown): type is FailingType {
  return failingTypes.some((one) => one === type);
}

/** Whether an alarm of the account or merchant reports a failure of this type: no workflow has to report it, too. */
export function isAlarmType(type: unknown): type is AlarmType {
  return isRefusalType(type) || isFailingType(type);
}
