/**
 * The same workflows with a further command in every phase: no run of one version can be continued by the other.
 * @throws Error where the bundle has another form
 */
export function otherVersion({ code }: { readonly code: string }): { readonly code: string } {
  const condition = /[(]0,\w+\.condition[)](?=[(]left[)])/.exec(code)?.[0];
  const other = code.replace('working = work();', `working = ${condition}(() => false, 1).then(work);`);
  if (other === code || condition === undefined) throw new Error('the bundle has another form');
  return { code: other };
}
