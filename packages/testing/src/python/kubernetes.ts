import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPythonTool } from './pythonTool.ts';

interface Enumeration {
  readonly enum?: readonly string[];
}

/** Those of a version by their names, for instance `io.k8s.api.apps.v1.Deployment`. */
export interface KubernetesSchemas {
  readonly $defs: Readonly<
    Record<string, { readonly properties?: { readonly apiVersion?: Enumeration; readonly kind?: Enumeration } }>
  >;
}

/**
 * Kubernetes' own schemas, in the form that refuses what they do not name.
 * @param versions for instance `1.30`.
 * @returns for each version its schemas.
 * @throws PythonToolUnavailable where they cannot be had.
 */
export async function kubernetesSchemas(
  versions: readonly string[],
): Promise<Readonly<Record<string, KubernetesSchemas>>> {
  const packages = await installPythonTool('kubernetes-validate');
  const folder = join(packages, 'kubernetes_validate', 'kubernetes-json-schema');
  return Object.fromEntries(
    versions.map((version) => {
      const path = join(folder, `v${version}.0-local-strict`, '_definitions.json');
      return [version, JSON.parse(readFileSync(path, 'utf8')) as KubernetesSchemas];
    }),
  );
}
