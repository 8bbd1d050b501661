import { memberOf } from '../defined.ts';

/** The vendor's name of an error, without its text, which may repeat more than a log should. */
export function errorName(error: unknown): string {
  const code = memberOf(error, 'code') ?? memberOf(memberOf(error, 'cause'), 'name');
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
