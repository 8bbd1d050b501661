import { Runtime } from '@temporalio/worker';

const everyMs = 15_000;

/** Has the metrics of the process say how much memory it takes, from now on until `close`. */
export function keepMemoryGauge(): { close(): void } {
  const gauge = Runtime.instance().metricMeter.createGauge('steward_worker_memory_bytes');
  const set = (): void => gauge.set(process.memoryUsage.rss());
  set();
  const timer = setInterval(set, everyMs).unref();
  return { close: () => clearInterval(timer) };
}
