import { staleContents } from '../../../src/activities/changeSetRemediation/staleness.ts';
import type { CatalogChange } from '../../../src/vendors/marketplaceCatalog/port.ts';

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const sent = '2026-11-20T12:00:00Z';
const change = (details: string): CatalogChange => ({
  changeType: 'UpdateAvailability',
  entityType: 'Offer@1.0',
  entityId: 'offer-1',
  details,
  errors: [],
});

describe('contents that go stale', () => {
  test.each([
    [
      'a signed address that is over',
      '{"LogoUrl":"https://b.example/l?X-Amz-Date=20261122T110000Z&X-Amz-Expires=3600"}',
      1,
    ],
    [
      'one second before it is over',
      '{"LogoUrl":"https://b.example/l?X-Amz-Date=20261122T110000Z&X-Amz-Expires=3601"}',
      0,
    ],
    ['an address with its end in seconds', `{"Url":"https://b.example/l?Expires=${nowMs / 1_000}"}`, 1],
    [
      'a signed address that is over, with escapes',
      String.raw`{"LogoUrl":"https:\/\/b.example\/l?X-Amz-Date=20261122T110000Z\u0026X-Amz-Expires=3600"}`,
      1,
    ],
    ['an address without an end', '{"Url":"https://b.example/l?version=3"}', 0],
    ['a date between the first submit and now', '{"AvailabilityEndDate":"2026-11-21"}', 1],
    ['a date that was past when it was first sent: end it now', '{"AvailabilityEndDate":"2026-11-01"}', 0],
    ['a date that lies ahead', '{"AvailabilityEndDate":"2026-11-22"}', 0],
    ['an agreement that has begun since', '{"AgreementStartDate":"2026-11-21","AgreementEndDate":"2027-11-21"}', 1],
    ['text that is no JSON', 'https://[', 0],
  ])('%s', (_, details, expected) => {
    expect(staleContents(change(details), sent, nowMs)).toHaveLength(expected);
  });

  test('what it says holds no address', () => {
    const [said] = staleContents(change('{"U":"https://b.example/secret?Expires=1000000000"}'), sent, nowMs);
    expect(said).toMatch(/expired/);
    expect(said).not.toContain('secret');
  });

  test.each(['-1e300', '1e300', '', 'soon'])(
    'a signed address whose life is no number of seconds: “%s”',
    (lifetime) => {
      const address = `https://b.example/l?X-Amz-Date=20261122T110000Z&X-Amz-Expires=${lifetime}`;
      expect(staleContents(change(JSON.stringify({ U: address })), sent, nowMs)).toEqual([]);
    },
  );

  test('a document without an end breaks nothing', () => {
    let nested: unknown[] = [];
    for (let level = 0; level < 20_000; level += 1) nested = [nested];
    const { details: _details, ...withoutText } = change('');
    expect(staleContents({ ...withoutText, detailsDocument: nested }, sent, nowMs)).toEqual([]);
  });

  test('a document is searched as well as a text', () => {
    const { details: _details, ...withoutText } = change('');
    const document = {
      ...withoutText,
      detailsDocument: [{ Number: 12345678901234567890n, AvailabilityEndDate: '2026-11-21' }],
    };
    expect(staleContents(document, sent, nowMs)).toHaveLength(1);
  });
});
