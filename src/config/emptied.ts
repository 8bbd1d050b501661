import { ConfigurationError } from './errors.ts';
import type { Configuration } from './load.ts';

/** What a file that is cut, half mounted or of somebody else takes away as a whole, by the names of what is there. */
const kept: ReadonlyArray<{
  readonly field: string;
  readonly what: string;
  readonly namesIn: (configuration: Configuration) => readonly string[];
}> = [
  { field: 'accounts', what: 'accounts', namesIn: ({ accounts }) => Object.keys(accounts) },
  { field: 'merchants', what: 'merchants', namesIn: ({ merchants }) => Object.keys(merchants) },
  {
    field: 'ingress',
    what: 'ways in (credentials of senders, and queues)',
    namesIn: ({ ingress: { credentials, queues } }) => [
      ...Object.entries(credentials).flatMap(([envelope, list]) => (list.length > 0 ? [envelope] : [])),
      ...queues.map(() => 'sqs'),
    ],
  },
  {
    field: 'notices.channels',
    what: 'channels beside the log',
    namesIn: ({ notices: { channels } }) =>
      Object.values(channels).flatMap(({ type }) => (type === 'log' ? [] : [type])),
  },
];

/**
 * Refuses a changed configuration that leaves nothing of a kind that is in use. Accounts are to be the same ones: with others in
 * their place, the events of all of them would have no owner.
 * @throws ConfigurationError that names every kind.
 */
export function refuseToLoseAll(file: string, before: Configuration, next: Configuration): void {
  const problems = kept.flatMap(({ field, what, namesIn }) => {
    const [had, has] = [namesIn(before), namesIn(next)];
    const isLeft = field === 'accounts' ? has.some((name) => had.includes(name)) : has.length > 0;
    if (had.length === 0 || isLeft) return [];
    const message = `found none of the ${had.length} ${what} that are in use, expected one of them at least; restart to take all away`;
    return [{ field, message }];
  });
  if (problems.length > 0) throw new ConfigurationError(file, problems);
}
