/** How many test events of all senders start a workflow. */
export interface TestLimit {
  /** Takes one more; undefined where as many were taken as may be, else a function that gives it back. */
  admit(): (() => void) | undefined;
}

/** More than somebody sends by hand. */
export const mostTests = 10;
const withinMs = 60_000;

/** The limit of one process: ten within a minute. */
export function createTestLimit(nowMs: () => number = () => performance.now()): TestLimit {
  let admitted: readonly { readonly atMs: number }[] = [];
  return {
    admit() {
      const one = { atMs: nowMs() };
      admitted = admitted.filter(({ atMs }) => one.atMs - atMs < withinMs);
      if (admitted.length >= mostTests) return undefined;
      admitted = [...admitted, one];
      return () => {
        admitted = admitted.filter((other) => other !== one);
      };
    },
  };
}
