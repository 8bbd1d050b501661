import { launchDemo } from '@marketplace-steward/demo/demoProcess';
import type { Demo } from '@marketplace-steward/demo/demoProcess';

/** Starts the demo for a piece of work, and stops all of it when the work ends, fails or is interrupted. */
export async function withDemo(work: (demo: Demo) => Promise<void>): Promise<void> {
  console.log('starting the demo …');
  const launched = launchDemo();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      void launched.stop().finally(() => process.exit(1));
    });
  }
  try {
    await work(await launched.ready);
  } finally {
    await launched.stop();
  }
}
