import { memberOf } from '../defined.ts';
import { failureTypeOf } from '../failures.ts';

/**
 * The name of an error, without its text, which may repeat more than a log should: of a failure of a role's session that of
 * our vocabulary, else the vendor's own.
 */
export function errorName(error: unknown): string {
  const cause = memberOf(error, 'cause');
  const names = [
    failureTypeOf(error),
    failureTypeOf(cause),
    // Of a connection that was refused, for instance.
    memberOf(cause, 'code'),
    memberOf(error, 'code'),
    memberOf(cause, 'name'),
    memberOf(error, 'name'),
  ];
  return names.find((name) => typeof name === 'string') ?? 'unknown';
}
