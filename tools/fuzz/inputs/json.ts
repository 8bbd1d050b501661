/** A JSON value that may be changed. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Whether a value is an object: not null, not an array. */
export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a member whatever its name: an assignment to `__proto__` would set none. */
export function setMember(object: { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** A place in a value: a member of an object, or an entry of an array. */
export interface Place {
  readonly parent: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

/** Places that one change chooses from: those of the vendors' samples are about thirty. */
const mostPlaces = 200;

/** The places of a value in the order of its text, at most 200. */
export function placesOf(value: Json): Place[] {
  const places: Place[] = [];
  const visit = (parent: Json): void => {
    if (typeof parent !== 'object' || parent === null) return;
    const keys = Array.isArray(parent) ? parent.keys() : Object.keys(parent);
    for (const key of keys) {
      if (places.length >= mostPlaces) return;
      places.push({ parent, key });
      visit(valueAt({ parent, key }) ?? null);
    }
  };
  visit(value);
  return places;
}

/** What stands at a place. */
export function valueAt({ parent, key }: Place): Json | undefined {
  if (Array.isArray(parent)) return parent[Number(key)];
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

/** Puts a value at a place. */
export function putAt({ parent, key }: Place, value: Json): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else setMember(parent, String(key), value);
}
