import { defined } from '../../defined.ts';
import type { RefusalType, RefusedMerchant } from './contract.ts';

/** The reads that can be repeated as they were refused. */
type RepeatableRead = 'DescribeChangeSet' | 'DescribeEntity' | 'ListEntities' | 'ListTagsForResource';

/** One harmless call by which it is tried whether an account is still refused, and which refusal it would disprove. */
export type AccessCheck =
  | { readonly operation: 'ListChangeSets'; readonly refused: RefusalType }
  | { readonly operation: RepeatableRead; readonly resource: string; readonly refused: 'AccessDenied' };

/** What the activity is asked about a seller's account: every check has to pass. */
export interface AccessCheckRequest {
  readonly account: string;
  readonly catalog: string;
  readonly checks: readonly AccessCheck[];
}

/** One product query, of a refused item where one is known, and which refusal it would disprove. */
export interface ProductCheck {
  readonly itemId?: string;
  readonly refused: RefusalType;
}

/** What the activity is asked about a merchant: every check has to pass. */
export interface MerchantCheckRequest extends RefusedMerchant {
  readonly checks: readonly ProductCheck[];
}

/** What the vendor calls taking on a role: it is refused before any other call is made. */
export const assumeRole = 'AssumeRole';

/** Who refuses. */
export type Vendor = 'awsMarketplace' | 'buyWithPrime';

/** As much of a refusal as decides how to check again. */
interface RefusedCall {
  readonly operation: string;
  readonly resource?: string;
  readonly failureType: RefusalType;
}

const repeatable: ReadonlySet<string> = new Set<RepeatableRead>([
  'DescribeChangeSet',
  'DescribeEntity',
  'ListEntities',
  'ListTagsForResource',
]);

function isRepeatable(operation: string): operation is RepeatableRead {
  return repeatable.has(operation);
}

/**
 * The check that disproves a refusal. Credentials are tried by any read; a missing permission only by the refused read.
 * @returns undefined where no call tells without changing something: StartChangeSet, and what is not known here.
 */
function checkFor({ operation, resource, failureType }: RefusedCall): AccessCheck | undefined {
  if (failureType !== 'AccessDenied' || operation === 'ListChangeSets') {
    return { operation: 'ListChangeSets', refused: failureType };
  }
  if (!isRepeatable(operation) || resource === undefined) return undefined;
  return { operation, resource, refused: failureType };
}

/** The checks that all refusals together need; one at the credentials where nothing else can be tried. */
export function checksFor(refusals: readonly RefusedCall[]): readonly AccessCheck[] {
  const checks = refusals.flatMap((refusal) => checkFor(refusal) ?? []);
  return checks.length > 0 ? checks : [{ operation: 'ListChangeSets', refused: 'CredentialsRejected' }];
}

/** The checks a merchant that all refusals together need: the product query is a read, so every refusal is tried. */
export function productChecksFor(refusals: readonly RefusedCall[]): readonly ProductCheck[] {
  if (refusals.length === 0) return [{ refused: 'AccessDenied' }];
  return refusals.map(({ resource, failureType }) => ({
    ...defined({ itemId: resource }),
    refused: failureType,
  }));
}

/** Whether a call that changes nothing can disprove a refusal. */
export function canBeChecked(vendor: Vendor, refusal: RefusedCall): boolean {
  return vendor === 'buyWithPrime' || checkFor(refusal) !== undefined;
}

/** From the outermost gate to the innermost: whoever is refused at one has passed those before it. */
const gates: readonly RefusalType[] = ['NotConfigured', 'CredentialsRejected', 'AccessDenied'];

/**
 * Whether a check's refusal still means what was refused before. Whoever is denied an operation has shown good
 * credentials.
 */
export function stillRefused(found: RefusalType, before: RefusalType): boolean {
  return gates.indexOf(found) <= gates.indexOf(before);
}

/** Whether a failure's type is one of the refusals. */
export function isRefusalType(type: unknown): type is RefusalType {
  return gates.some((gate) => gate === type);
}
