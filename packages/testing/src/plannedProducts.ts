import { Context } from '@temporalio/activity';
import { failure, type FailureType } from '../../../src/failures.ts';
import type { ProductCatalog, QueriedProduct } from '../../../src/vendors/buyWithPrime/port.ts';

/** What the vendor answers: a product, none, a failure of the vocabulary, or nothing ever. */
type VendorAnswer = Partial<QueriedProduct> | 'notFound' | 'silence' | { readonly fails: FailureType };

/** Buy with Prime as a test plans it. */
export interface PlannedProducts extends ProductCatalog {
  /** In this order; the last goes on. */
  answers: VendorAnswer[];
}

/** Takes the next one of a list, whose last one goes on. */
export function nextOf<Value>(list: Value[]): Value {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('the test has planned no answer');
  if (rest.length > 0) list.shift();
  return first;
}

/** Plans nothing yet. */
export function plannedProducts(): PlannedProducts {
  const planned: PlannedProducts = {
    answers: [],
    async queryProduct() {
      const answer = nextOf(planned.answers);
      if (answer === 'notFound') return undefined;
      // Until the worker ends.
      if (answer === 'silence') return Context.current().cancelled;
      if ('fails' in answer) throw failure(answer.fails, `the vendor says ${answer.fails}`);
      return answer;
    },
  };
  return planned;
}

/** Every product is BUYABLE; `asked` counts the queries of each by `businessProductId/itemId`. */
export function buyableProducts(): ProductCatalog & { readonly asked: Map<string, number> } {
  const asked = new Map<string, number>();
  return {
    asked,
    async queryProduct({ businessProductId, itemId }) {
      const key = `${businessProductId}/${itemId}`;
      asked.set(key, (asked.get(key) ?? 0) + 1);
      return { id: itemId, offerPrime: true, buyabilityStatus: 'BUYABLE' };
    },
  };
}
