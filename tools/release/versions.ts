/** A place where the release stands; the expression has the text before it and the text after it as groups. */
interface Place {
  readonly path: string;
  readonly at: RegExp;
}

const version = String.raw`(?<version>\d+\.\d+\.\d+)`;
const place = (path: string, before: string, after: string): Place => ({
  path,
  at: new RegExp(`(?<=${before})${version}(?=${after})`, 'gm'),
});
const manifest = (path: string): Place => place(path, String.raw`^  "version": "`, '",$');

/** Everywhere. */
export const places: readonly Place[] = [
  manifest('package.json'),
  place('package-lock.json', String.raw`"name": "marketplace-steward",\n +"version": "`, '"'),
  place('docker-compose.yml', 'marketplace-steward:', '$'),
  place('deploy/Dockerfile', 'org.opencontainers.image.version="', '"'),
  place('deploy/helm/Chart.yaml', '^(?:version|appVersion): ', '$'),
  place('docs/kubernetes.md', 'marketplace-steward:', '( |$)'),
  place('docs/image.md', 'marketplace-steward:', ' '),
];

/** The versions that a place names. @throws Error where it names none. */
export function versionsIn(text: string, { path, at }: Place): readonly string[] {
  const found = [...text.matchAll(at)].map(({ groups }) => groups?.['version'] ?? '');
  if (found.length === 0) throw new Error(`${path} names no version any more: correct tools/release/versions.ts`);
  return found;
}

/** The text with another version. */
export const withVersion = (text: string, { at }: Place, next: string): string => text.replaceAll(at, next);

/** Whether a version comes after another one: each is three numbers. */
export function isAfter(next: string, before: string): boolean {
  const [one, other] = [next, before].map((text) => text.split('.').map(Number));
  const difference = [0, 1, 2].map((at) => (one?.[at] ?? 0) - (other?.[at] ?? 0)).find((each) => each !== 0);
  return (difference ?? 0) > 0;
}
