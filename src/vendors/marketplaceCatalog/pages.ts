import { failure } from '../../failures.ts';

/** One page of a listing. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

// 60 days of an account's change sets, 20 a page, stay far below.
const PAGES_LIMIT = 1_000;

/**
 * Reads all pages, or as many as are wanted.
 * @param fetchPage gives the page of a token, the first one for undefined.
 * @param isEnough says from all that was read whether what follows is not wanted.
 * @throws MalformedAnswer where a token comes twice (the SDK's own pager would go on indefinitely) or there are over
 * a thousand pages; what `fetchPage` throws.
 */
export async function allPages<Item>(
  operation: string,
  fetchPage: (nextToken: string | undefined) => Promise<Page<Item>>,
  isEnough: (items: readonly Item[]) => boolean = () => false,
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await fetchPage(token);
    items.push(...page.items);
    token = page.nextToken === '' ? undefined : page.nextToken;
    if (token !== undefined && (seen.has(token) || seen.size >= PAGES_LIMIT)) {
      throw failure('MalformedAnswer', `${operation}: the pages do not end`, { context: { operation } });
    }
    if (token !== undefined) seen.add(token);
  } while (token !== undefined && !isEnough(items));
  return items;
}
