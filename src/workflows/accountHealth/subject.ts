import { subjectOf } from '../shared/subjects.ts';

/** What an alarm is about. */
interface HealthFacts {
  /** Of a seller or of a merchant. */
  readonly isMerchant: boolean;
  readonly account: string;
  readonly refusal?: { readonly operation: string; readonly failureType: string } | undefined;
  /** Absent while it lasts. */
  readonly end?: string | undefined;
}

/** The subject of an alarm: `Account 111122223333: AccessDenied, StartChangeSet`. */
export function healthSubject({ isMerchant, account, refusal, end }: HealthFacts): string {
  const cause = refusal === undefined ? 'calls fail' : `${refusal.failureType}, ${refusal.operation}`;
  return subjectOf([`${isMerchant ? 'Merchant' : 'Account'} ${account}`], end ?? cause);
}
