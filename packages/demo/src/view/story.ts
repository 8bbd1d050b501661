import type { Observation } from '../observe.ts';

interface Member {
  readonly attempt: number;
  readonly outcome?: string;
}

/**
 * What one lineage went through, in one line: `failed → attempt 1: failed → attempt 2: succeeded → remediated`.
 * @returns undefined while the workflow reports no change set
 */
export function storyOf(observation: Observation | undefined): string | undefined {
  const members = membersOf(observation?.status['members']);
  if (observation === undefined || members.length === 0) return undefined;
  const steps = members.map(({ attempt, outcome }) => {
    const what = outcome?.toLowerCase() ?? 'under way';
    return attempt === 0 ? what : `attempt ${attempt}: ${what}`;
  });
  return [...steps, observation.state].join(' → ');
}

function membersOf(value: unknown): readonly Member[] {
  return Array.isArray(value) ? value.flatMap((member: unknown) => memberOf(member)) : [];
}

function memberOf(value: unknown): Member[] {
  if (typeof value !== 'object' || value === null) return [];
  const { attempt, outcome } = value as { readonly attempt?: unknown; readonly outcome?: unknown };
  if (typeof attempt !== 'number') return [];
  return [{ attempt, ...(typeof outcome === 'string' && { outcome }) }];
}
