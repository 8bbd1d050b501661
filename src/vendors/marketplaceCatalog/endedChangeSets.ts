import type { CatalogChangeSet, CatalogScope } from './port.ts';

/** Bounds of what is kept: contents of a change set may be large. */
const mostKept = 500;
const mostCharacters = 10_000_000;

type Describe = (scope: CatalogScope, changeSetId: string) => Promise<CatalogChangeSet>;

interface Kept {
  readonly changeSet: CatalogChangeSet;
  readonly characters: number;
}

const endedStatuses: readonly string[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

function hasEnded({ status }: CatalogChangeSet): boolean {
  return status !== undefined && endedStatuses.includes(status);
}

/** Documents keep numbers that JSON would round as BigInt. */
function charactersOf(changeSet: CatalogChangeSet): number {
  return JSON.stringify(changeSet, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).length;
}

/**
 * Keeps the newest descriptions of change sets that have ended: nothing of such a change set changes any more, and where
 * many fail on the same entities, each is compared with the others.
 * @param describe asks AWS.
 * @returns the same, which keeps what it sees, and one that asks only for what is not known.
 */
export function keepEnded(describe: Describe): { readonly describe: Describe; readonly describeEnded: Describe } {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<CatalogChangeSet>>();
  let characters = 0;

  function keep(key: string, changeSet: CatalogChangeSet): void {
    forget(key);
    const size = charactersOf(changeSet);
    kept.set(key, { changeSet, characters: size });
    characters += size;
    while (kept.size > mostKept || characters > mostCharacters) {
      const [oldest] = kept.keys();
      if (oldest === undefined) return;
      forget(oldest);
    }
  }
  function forget(key: string): void {
    characters -= kept.get(key)?.characters ?? 0;
    kept.delete(key);
  }

  const keyOf = ({ account, catalog }: CatalogScope, changeSetId: string): string =>
    JSON.stringify([account, catalog, changeSetId]);
  const asking: Describe = async (scope, changeSetId) => {
    const key = keyOf(scope, changeSetId);
    const answer = describe(scope, changeSetId);
    underWay.set(key, answer);
    try {
      const changeSet = await answer;
      if (hasEnded(changeSet)) keep(key, changeSet);
      return changeSet;
    } finally {
      if (underWay.get(key) === answer) underWay.delete(key);
    }
  };
  return {
    describe: asking,
    async describeEnded(scope, changeSetId) {
      const key = keyOf(scope, changeSetId);
      const known = kept.get(key);
      if (known !== undefined) return known.changeSet;
      // The failure of another's call is not this one's.
      const other = underWay.get(key)?.catch(() => undefined);
      if (other === undefined) return asking(scope, changeSetId);
      const shared = await other;
      return shared !== undefined && hasEnded(shared) ? shared : asking(scope, changeSetId);
    },
  };
}
