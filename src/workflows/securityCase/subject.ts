import { countText, dayText, subjectOf } from '../shared/subjects.ts';

/** What an account's newest report says. */
interface SecurityFacts {
  readonly account: string;
  /** False where nothing is open. */
  readonly open: boolean;
  readonly products?: number | undefined;
  /** ISO 8601. */
  readonly dueAt?: string | undefined;
}

/** The subject of a security case: `Account 111122223333: 2 products with issues, due 2026-12-10`. */
export function securitySubject({ account, open, products, dueAt }: SecurityFacts): string {
  const about = [`Account ${account}`];
  if (!open) return subjectOf(about, 'no security issues');
  const day = dayText(dueAt);
  const issues = products === undefined ? 'security issues' : `${countText(products, 'product')} with issues`;
  return subjectOf(about, day === undefined ? issues : `${issues}, due ${day}`);
}
