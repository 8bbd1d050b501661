import { nearest } from './choice.ts';
import { printable } from './format.ts';

/** So many are named. */
const mostNamed = 20;

/** That an account is not configured, and which are. */
export function notConfigured(account: string, configured: readonly string[]): string {
  const meant = nearest(account, configured);
  const named = configured.slice(0, mostNamed).join(', ');
  const more = configured.length > mostNamed ? ` and ${configured.length - mostNamed} more` : '';
  const all = configured.length === 0 ? 'None is configured.' : `Configured: ${named}${more}.`;
  return [
    `The configuration of the workers has no account ${printable(account)}.`,
    ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
    all,
  ].join(' ');
}
