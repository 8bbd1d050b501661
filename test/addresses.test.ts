import fc from 'fast-check';
import { withoutAddresses } from '../src/addresses.ts';
import { plain, vendorText } from '../src/workflows/shared/markdown.ts';
import { harmlessNotice, identityOf } from '../src/workflows/shared/notices.ts';
import { noted } from '../src/workflows/shared/transition.ts';

const secret = fc.stringMatching(/^[A-Z\d]{3}[A-Za-z\d]{5,20}$/).map((text) => `SECRET${text}`);
const host = fc.constantFrom(
  'b.s3.amazonaws.com',
  'scan.example:8443',
  'xn--bcher-kva.example',
  '10.1.2.3',
  '[2001:db8::1]',
  'localhost',
);
/** Between parts of one address: nothing, or where a mail or a log wrapped it. */
const wrap = fc.constantFrom('', '', '\n', '\r\n', '\n  ', '\u2028');

type Parts = { readonly at: string; readonly one: string; readonly two: string; readonly fold: string };

/** Every way to write a host with something secret behind or before it. */
const written: ReadonlyArray<(parts: Parts) => string> = [
  ({ at, one, two, fold }) => `https://${at}/${one}${fold}?X-Amz-Algorithm=AWS4${fold}&X-Amz-Signature=${two}`,
  ({ at, one, two, fold }) => `https://${at}/a?X-Amz-Signature=${one}${fold}${two}`,
  ({ at, one, two, fold }) => `https://${at}/a?x=${one}&${fold}X-Amz-Signature=${two}`,
  ({ at, one, two, fold }) => `https:${fold}//${at}/${one}#${two}`,
  ({ at, one, two }) => `https://${at}/o'${one}/r<x>(${two}).html?sig=${two}`,
  ({ at, one, two }) => `https://${at}/${one} ${two}?X-Amz-Signature=${two}`,
  ({ at, one, two }) => `https://${one}:${two}@${at}/`,
  ({ at, one, two }) => `https://${one}:${two}/${two}@${at}/x`,
  ({ at, one, two }) => `${one}:${two}@${at}/x`,
  ({ at, one, two }) => `s3://${at}/${one}/${two}`,
  ({ at, one, two }) => `//${at}/${one}/${two}`,
  ({ at, one, two }) => `${at}/${one}/${two}.html`,
  ({ at, one }) => `${at}?${one}`,
  ({ at, one }) => `${at}/a;sig=${one}`,
  ({ at, one, two }) => `${at}/${one}#${two}`,
  ({ at, one, two }) => encodeURIComponent(`https://${at}/${one}?X-Amz-Signature=${two}`),
  ({ at, one, two }) => encodeURIComponent(encodeURIComponent(`https://${at}/${one}?X-Amz-Signature=${two}`)),
  ({ at, one, two }) => `https:\\/\\/${at}\\/${one}\\/${two}`,
  ({ at, one, two }) => `https:&#x2F;&#x2F;${at}&#x2F;${one}?x=${two}`,
  ({ one, two }) => `/report/x?${one}=${two}`,
  ({ one, fold }) => `X-Amz-Security-Token=${fold}${one}`,
  ({ one }) => `X-Amz-Signature: ${one}`,
  ({ one }) => `{"token": "${one}"}`,
  ({ one, two }) => `Signature=${one}&Key-Pair-Id=${two}`,
  ({ one }) => `data:text/html;base64,${one}`,
  ({ at, one }) => `ht\u200btps:/\u202e/${at}/${one}`,
];

test('of an address nothing but its host is left, however it is written', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...written),
      fc.record({ at: host, one: secret, two: secret, fold: wrap }),
      fc.constantFrom('', 'See ', '(', '"', "href='", 'url=', 'Findings:\n', '<'),
      fc.constantFrom('', ' for details.', ')', '" and more', "'>", '.\nThen submit it.'),
      (write, parts, before, after) => {
        const text = `${before}${write(parts)}${after}`;
        for (const shown of [withoutAddresses(text), vendorText(text, 2_000), plain(text, 2_000)]) {
          for (const hidden of [parts.one, parts.two]) expect(shown).not.toContain(hidden);
        }
        const once = vendorText(text, 2_000);
        expect(vendorText(once, 2_000)).toBe(once);
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each([
  'No image at 709825985650.dkr.ecr.us-east-1.amazonaws.com/seller/image:1.2.',
  '709825985650.dkr.ecr.us-east-1.amazonaws.com/a/b:1.0, public.ecr.aws/c/d:latest and (docker.io/library/e:3)',
  `public.ecr.aws/c/d@sha256:${'0123456789abcdef'.repeat(4)}`,
  'Versions 1.0/2.0, v1.10/x86_64 and/or 10.0.0.0/16 of prod-abc@4?',
  'Role arn:aws:iam::111122223333:role/path/x may not read arn:aws:ssm:us-east-1::parameter/aws/service/x.',
  'Title (max. 72 characters): “Log & Trace”, Memory=2048; AT&T, read/write. What? Yes!',
  'usr/lib/python3.11/site-packages, /etc/ssh/sshd_config and templates/deployment.yaml',
  'https://aws.amazon.com/marketplace/management/requests/abc-1 (account 111122223333).',
  '👩💻 नमस्ते 中文',
])('what is no secret stays: %s', (text) => {
  expect(vendorText(text, 500)).toBe(text);
});

test('what stands around an address stays', () => {
  expect(withoutAddresses('See (https://b.example/a?x=1). Then submit it.')).toBe(
    'See (https[:]//b.example/…). Then submit it.',
  );
  expect(withoutAddresses('"https://b.example/a","https://c.example/b"')).toBe(
    '"https[:]//b.example/…","https[:]//c.example/…"',
  );
  expect(withoutAddresses('See https://b.example/a\nThen submit it.')).toBe(
    'See https[:]//b.example/…\nThen submit it.',
  );
});

test('what turns or hides text is taken out', () => {
  expect(vendorText('\u202egnp\u2069.\u200bexe \u0007\u001b[31mred', 100)).toBe('gnp.exe [31mred');
});

test.each([
  ':',
  '/',
  '\\',
  '\\/',
  'a:',
  'a.',
  '-',
  '?',
  '.a',
  '%25',
  '&',
  '&#',
  '=',
  '@',
  'x-amz-',
  'token=',
  '"token',
  ' a',
  '\n&',
  'https:',
  'ghcr.io/a,',
])('a text of nothing but %j costs at most 50 ms of CPU', (part) => {
  const cpuMs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    withoutAddresses(`${part.repeat(60_000 / part.length)}!`);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  expect(Math.min(...cpuMs)).toBeLessThan(50);
});

test('a notice leaves no workflow with an address, whatever text it is made of', () => {
  const secretText = 'See https://b.example/SECRET?sig=SECRET';
  const notice = harmlessNotice({
    ...identityOf('offer:1', '111122223333', 'released'),
    kind: 'opening',
    severity: 'information',
    title: secretText,
    lines: [secretText],
    buyerLines: [secretText],
    nextStep: `${secretText} or https://aws.amazon.com/marketplace/management/requests/abc.`,
  });
  expect(JSON.stringify(notice)).not.toContain('SECRET');
  expect(notice.nextStep).toContain('https://aws.amazon.com/marketplace/management/requests/abc.');
  expect(noted({ notes: [] }, secretText).notes).toEqual(['See https[:]//b.example/…']);
});
