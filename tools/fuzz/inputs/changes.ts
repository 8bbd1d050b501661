import { isObject, placesOf, putAt, setMember, valueAt, type Json, type Place } from './json.ts';
import type { Change, NewValue } from './plan.ts';
import { valueFor } from './values.ts';

function resolved(value: NewValue, field: string): Json {
  return value.as === 'value' ? structuredClone(value.value) : valueFor(field, value.at, value.text);
}

function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** The object at a place, or the one that holds it. */
function objectNear(place: Place): { [key: string]: Json } | undefined {
  const value = valueAt(place);
  if (isObject(value)) return value;
  return Array.isArray(place.parent) ? undefined : place.parent;
}

/** In characters: several repeats multiply, and large bodies are what filling is for. */
const mostRepeated = 100_000;

function repeated(value: Json, wanted: number): Json {
  const count = Math.min(wanted, Math.ceil(mostRepeated / (JSON.stringify(value).length + 1)));
  if (typeof value === 'string') return value.repeat(count);
  const first = Array.isArray(value) ? (value[0] ?? 'x') : value;
  // Each entry for itself: a later change of one would be a change of all, and several repeats would multiply.
  if (!isObject(value) || Array.isArray(value)) return Array.from({ length: count }, () => structuredClone(first));
  return { ...value, ...Object.fromEntries(Array.from({ length: count }, (_, at) => [`more${at}`, at])) };
}

function nested(value: Json, depth: number, inObject: boolean): Json {
  let nest = value;
  for (let level = 0; level < depth; level += 1) nest = inObject ? { n: nest } : [nest];
  return nest;
}

function inserted(value: Json, text: string, position: number): Json {
  if (typeof value !== 'string') return text;
  const at = position % (value.length + 1);
  return value.slice(0, at) + text + value.slice(at);
}

/** Makes one change in a value. */
export function makeChange(value: Json, change: Change): void {
  const places = placesOf(value);
  const place = places[change.at % Math.max(1, places.length)];
  if (place === undefined) return;
  const present = valueAt(place) ?? null;
  const field = String(place.key);
  switch (change.do) {
    case 'set':
      return putAt(place, resolved(change.value, field));
    case 'remove':
      return remove(place);
    case 'rename':
      remove(place);
      if (!Array.isArray(place.parent)) setMember(place.parent, change.key, present);
      return;
    case 'add': {
      const object = objectNear(place);
      if (object !== undefined) setMember(object, change.key, resolved(change.value, change.key));
      return;
    }
    case 'repeat':
      return putAt(place, repeated(present, change.count));
    case 'nest':
      return putAt(place, nested(present, change.depth, change.inObject));
    case 'swap':
    case 'copy': {
      const other = places[change.other % places.length] ?? place;
      const found = structuredClone(valueAt(other) ?? null);
      if (change.do === 'swap') putAt(other, structuredClone(present));
      return putAt(place, found);
    }
    case 'insert':
      return putAt(place, inserted(present, change.text, change.position));
  }
}
