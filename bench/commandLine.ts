/** How a command of this repository is called, and how it is stopped. */

/** Exit statuses that all of them have. */
const usageExitCode = 2;
/** As a shell gives it to what Ctrl-C has ended. */
const interruptedExitCode = 130;

/**
 * The flags of this process's command line. Where it asks for help, or a word is wrong, it prints the usage and ends.
 * @param read reads the words after the script; throws an Error that names the wrong one.
 */
export function flagsOrExit<Flags extends object>(
  name: string,
  usage: string,
  read: (words: readonly string[]) => Flags | 'help',
): Flags {
  try {
    const flags = read(process.argv.slice(2));
    if (flags !== 'help') return flags;
    process.stdout.write(`${usage}\n`);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return process.exit(usageExitCode);
  }
}

/**
 * Aborted by the first signal that asks to stop, which sets the exit status; a second one ends the process at once.
 * @param onStop hears of the first.
 */
export function stopSignal(onStop: () => void = () => undefined): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(interruptedExitCode);
      process.exitCode = interruptedExitCode;
      onStop();
      controller.abort(new Error('stopped before the end'));
    });
  }
  return controller.signal;
}
