import { dayMs, hourMs, minuteMs, secondMs } from '../workflows/shared/durations.ts';

const yearMs = 365 * dayMs;
/** A unit is used from so much of it on: the smaller one says more before. */
const units = [
  { name: 'y', unitMs: yearMs, fromMs: 2 * yearMs },
  { name: 'd', unitMs: dayMs, fromMs: 2 * dayMs },
  { name: 'h', unitMs: hourMs, fromMs: hourMs },
  { name: 'min', unitMs: minuteMs, fromMs: minuteMs },
] as const;

/** A length of time in one unit, cut: `3 d`, `26 h`, `5 min`, `12 s`. @param lengthMs in milliseconds. */
export function lengthText(lengthMs: number): string {
  const length = Math.max(0, lengthMs);
  const unit = units.find(({ fromMs }) => length >= fromMs) ?? { name: 's', unitMs: secondMs };
  return `${Math.floor(length / unit.unitMs)} ${unit.name}`;
}

/** How far an instant lies from now: `in 2 h`, `3 d ago`. Both in milliseconds since the epoch. */
export function fromNow(atMs: number, nowMs: number): string {
  return atMs > nowMs ? `in ${lengthText(atMs - nowMs)}` : `${lengthText(nowMs - atMs)} ago`;
}

/** An instant as a clock time, and how far it is: `2026-12-01 09:00 UTC (in 2 d)`. @param iso ISO 8601; another text stays. */
export function clockTime(iso: string, nowMs: number): string {
  const atMs = Date.parse(iso);
  if (Number.isNaN(atMs)) return iso;
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC (${fromNow(atMs, nowMs)})`;
}
