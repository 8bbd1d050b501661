/**
 * How much memory a worker and an ingress may use, each of them: docs/performance.md has the measurements. The image says
 * the same in deploy/Dockerfile and docker-compose.yml. Whatever an operator has set stays.
 */
const flags = [
  // Of each thread: a worker has two. V8 would take a quarter of the machine for each, and leave a burst's garbage there.
  { name: '--max-old-space-size', value: 256, replacedBy: /^--max[-_](old[-_]space[-_]size|heap[-_]size)/ },
  // Of the 64 that V8 would take in threes, most would be garbage. An ingress has one thread and little that stays: with
  // more, it spends less of each event on collecting.
  { name: '--max-semi-space-size', value: 4, ofIngress: 16, replacedBy: /^--max[-_]semi[-_]space[-_]size/ },
];
/** What glibc goes by. */
const ofAllocator = [
  // It would take one for each thread, up to eight for each core, and give little of them back.
  { name: 'MALLOC_ARENA_MAX', value: '2' },
  // glibc's own first value, in bytes. Unless it is set, every large block that is freed raises it, up to 64 MB, and what
  // the start has needed stays.
  { name: 'MALLOC_TRIM_THRESHOLD_', value: '131072' },
];

/**
 * What a service still has to be started with.
 *
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @param {readonly string[]} given Node's own flags of this process
 * @param {string} [service] for instance `ingress`
 * @returns {{ flags: string[], variables: Record<string, string> }} empty where all is set
 */
export function missingMemorySettings(environment, given, service) {
  const set = [...(environment.NODE_OPTIONS ?? '').split(/\s+/), ...given];
  return {
    flags: flags
      .filter(({ replacedBy }) => !set.some((word) => replacedBy.test(word)))
      .map(({ name, value, ofIngress = value }) => `${name}=${service === 'ingress' ? ofIngress : value}`),
    variables: Object.fromEntries(
      ofAllocator.filter(({ name }) => environment[name] === undefined).map(({ name, value }) => [name, value]),
    ),
  };
}
