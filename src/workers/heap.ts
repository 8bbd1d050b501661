/** What the limit of a process' heap is made of. */
export interface HeapSettings {
  /** Node's own flags of the process. */
  readonly execArgv: readonly string[];
  /** NODE_OPTIONS. */
  readonly nodeOptions?: string;
  /** V8's `heap_size_limit`, in bytes: old space and young generation. */
  readonly limitBytes: number;
}

const bytesPerMegabyte = 1024 * 1024;
/** The young generation's part of the limit at most: three semi-spaces of 64 MB, V8's own. */
const youngMegabytes = 192;
/** The least old space, in MB, with which a worker goes through a burst (test/integration/smallHeap.test.ts). */
const leastMegabytes = 128;
/** What a thread has before it keeps any workflow, with what a burst's tasks under way need, in MB. */
const baseMegabytes = 80;
/** Old space for a kept workflow, in MB: one that waits takes a quarter of one, one with a long lineage more. */
const megabytesEach = 2;
/** More would save no replay that costs anything: those beyond wait for hours. */
const most = 500;

/**
 * The limit of V8's old space, in MB, of each thread. V8 does not say it: where no flag does, it is what is left of the
 * heap's limit after the largest young generation that V8 takes.
 */
function oldSpaceMegabytes({ execArgv, nodeOptions = '', limitBytes }: HeapSettings): number {
  // Node reads its own flags after NODE_OPTIONS, and V8 takes the last.
  const words = [...nodeOptions.split(/\s+/), ...execArgv];
  const last = words.findLast((word) => /^--max[-_]old[-_]space[-_]size=\d+$/.test(word));
  if (last !== undefined) return Number(last.slice(last.indexOf('=') + 1));
  const limit = limitBytes / bytesPerMegabyte;
  return limit - Math.min(youngMegabytes, limit / 2);
}

/**
 * How many workflows a worker keeps in memory under its heap's limit. Beyond it the workflow thread would end with
 * ERR_WORKER_OUT_OF_MEMORY, and the worker with it. The worker rebuilds one that it does not keep from its history.
 * @throws Error where the limit is too small for a worker.
 */
export function keptWorkflows(heap: HeapSettings): number {
  const megabytes = oldSpaceMegabytes(heap);
  if (megabytes < leastMegabytes) {
    throw new Error(
      `The heap's limit is ${Math.floor(megabytes)} MB, and a worker needs ${leastMegabytes}: with less it ends in a burst. Set NODE_OPTIONS=--max-old-space-size=${leastMegabytes}, or more`,
    );
  }
  return Math.min(most, Math.floor((megabytes - baseMegabytes) / megabytesEach));
}
