import type { CatalogChange } from '../../vendors/marketplaceCatalog/port.ts';
import { contentsText } from '../../changeDetails/contents.ts';

const addresses = /https?:\/\/[^\s"'\\<>]+/g;

/** When a signed address stops working: `X-Amz-Date` and `X-Amz-Expires`, or `Expires` in seconds since the epoch. */
function expiryMs(address: string): number | undefined {
  const query = URL.parse(address.replaceAll('&amp;', '&'))?.searchParams;
  const signedAt = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query?.get('X-Amz-Date') ?? '');
  const lifetimeSeconds = query?.get('X-Amz-Expires') ?? '';
  if (signedAt && /^\d{1,9}$/.test(lifetimeSeconds)) {
    const [, year, month, day, hour, minute, second] = signedAt.map(Number);
    return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) + Number(lifetimeSeconds) * 1_000;
  }
  const expires = query?.get('Expires');
  return expires !== null && expires !== undefined && /^\d{9,11}$/.test(expires) ? Number(expires) * 1_000 : undefined;
}

function expiredAddresses(text: string, nowMs: number): string[] {
  const expired = [...text.matchAll(addresses)].flatMap(([address]) => {
    const endMs = expiryMs(address);
    return endMs !== undefined && endMs <= nowMs ? [new Date(endMs).toISOString().slice(0, 16)] : [];
  });
  return expired.map((when) => `a signed address that expired at ${when}Z`);
}

/** The fields that hold a date that can pass (AWS Marketplace Catalog API guide, offers). */
const dateFields = ['AvailabilityEndDate', 'AgreementStartDate', 'AgreementEndDate'];

function passedDates(text: string, startMs: number, nowMs: number): string[] {
  return dateFields.flatMap((field) =>
    [...text.matchAll(new RegExp(`"${field}"\\s*:\\s*"(\\d{4}-\\d\\d-\\d\\d)`, 'g'))].flatMap(([, date]) => {
      const lastMs = Date.parse(`${date ?? ''}T23:59:59Z`);
      // Already past when it was first submitted: intended, as in "end it now".
      return lastMs >= startMs && lastMs < nowMs
        ? [`${field} ${date ?? ''} has passed since it was first submitted`]
        : [];
    }),
  );
}

/** Slashes and ampersands of an address as they are: many JSON writers escape them. */
function unescaped(text: string): string {
  return text.replaceAll('\\/', '/').replaceAll(/\\u0026/gi, '&');
}

/**
 * What in a change's contents is out of date since it was first submitted, in sentences without the contents: they enter
 * the history.
 * @param startTime when the change set was first submitted, ISO 8601; where it is unknown, every date in the past counts.
 */
export function staleContents(change: CatalogChange, startTime: string | undefined, nowMs: number): readonly string[] {
  const text = unescaped(contentsText(change) ?? '');
  const startMs = Date.parse(startTime ?? '1970-01-01');
  return [...new Set([...expiredAddresses(text, nowMs), ...passedDates(text, startMs, nowMs)])];
}
