/** The oldest Node that runs the compiled code: `engines` of package.json says the same. */
const oldest = '22.19';

/**
 * Why a Node cannot run the compiled code, and what to do: npm installs a package on any Node, with no more than a warning.
 *
 * @param {string} version for instance `20.20.2`
 * @returns {string | undefined} undefined where it can
 */
export function oldNode(version) {
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = oldest.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `Node ${version} is too old for this package: it needs Node ${oldest} or newer. Install one from https://nodejs.org and start again`;
}
