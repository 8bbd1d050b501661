/**
 * Admits so many in a second, and as many at once; what is over that is refused and not queued.
 * @param nowMs a clock that never goes back.
 */
export function createRateLimit(perSecond: number, nowMs: () => number = () => performance.now()): () => boolean {
  let left = perSecond;
  let filledAtMs = nowMs();
  return () => {
    const atMs = nowMs();
    left = Math.min(perSecond, left + ((atMs - filledAtMs) / 1_000) * perSecond);
    filledAtMs = atMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
