const plainEverySeconds = 10;

/**
 * Shows on standard error that something long is under way: one line that counts seconds on a terminal, a new line every
 * ten seconds elsewhere. No colours.
 *
 * @param {string} what for example "installing packages"
 * @returns {(outcome: 'done' | 'failed') => void} call it once, at the end
 */
export function startProgress(what) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const live = process.stderr.isTTY === true;
  process.stderr.write(live ? `${what} …` : `${what} …\n`);
  const timer = setInterval(() => {
    if (live) process.stderr.write(`\r\u001b[2K${what} … ${seconds()} s`);
    else if (seconds() % plainEverySeconds === 0) process.stderr.write(`${what} … ${seconds()} s\n`);
  }, 1000);
  return (outcome) => {
    clearInterval(timer);
    process.stderr.write(`${live ? '\r\u001b[2K' : ''}${what}: ${outcome} after ${seconds()} s\n`);
  };
}
