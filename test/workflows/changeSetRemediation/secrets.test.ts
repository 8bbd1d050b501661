import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { secretProblem } from '../../../src/workflows/changeSetRemediation/secrets/amendments.ts';
import { clearSecrets } from '../../../src/workflows/changeSetRemediation/secrets/clear.ts';
import { holdsSecret } from '../../../src/workflows/shared/secrets/forms.ts';

const field = ['LongDescription'];
const of = (alphabet: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: length, maxLength: length });
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const small = capitals.toLowerCase();
const digits = '0123456789';
const hex = `${digits}abcdef`;

/** As AWS draws them: 30 bytes at random, in base64. */
const secretKey = fc
  .nat()
  .map((seed) => createHash('sha256').update(String(seed)).digest().subarray(0, 30).toString('base64'));
const accessKeyId = of(`${capitals}234567`, 16).map((rest) => `AKIA${rest}`);
const token = of(capitals + small + digits, 24);
/** What stands around a secret in a text, and may hide where it begins. */
const around = fc.constantFrom(
  (secret: string) => secret,
  (secret: string) => `See ${secret} for it.`,
  (secret: string) => `key=${secret}`,
  (secret: string) => `"${secret}"`,
  (secret: string) => `(${secret})`,
  (secret: string) => `Grüße:\n${secret}\n`,
);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const encoded = fc.constantFrom(
  base64,
  (text: string) => Buffer.from(text).toString('base64url'),
  (text: string) => Buffer.from(text).toString('hex'),
  (text: string) =>
    Buffer.from(text)
      .toString('hex')
      .replace(/..(?!$)/g, '$&:'),
  (text: string) => Buffer.from(text).toString('hex').replace(/../g, '\\\\x$&'),
  (text: string) => base64(base64(text)),
  (text: string) => `https://example.com/a/${base64(text)}`,
  (text: string) => base64(`{"aws":"${text}"}`),
  (text: string) => base64(`x ${text}`),
);
const word = of(small, 6);
const secrets: Record<string, fc.Arbitrary<string>> = {
  'a secret access key alone': secretKey,
  'an access key id': accessKeyId,
  'a key in base64 or hex': fc.tuple(fc.oneof(secretKey, accessKeyId), encoded).map(([key, write]) => write(key)),
  'a name and a password before a host': fc
    .tuple(word, token, fc.constantFrom('//', 'https://', 'postgres://', ''))
    .map(([name, password, scheme]) => `${scheme}${name}:${password}7@db.example.com/x`),
  'a password with a slash': token.map((password) => `//admin:${password}/x@db.example.com`),
  'a host with a dot, a port, or two slashes': fc
    .tuple(token, fc.constantFrom('./', ':443/', '//', '.:443//'))
    .map(([end, behind]) => `https://hooks.slack.com${behind}services/T00000000/B00000000/${end}`),
  'a hook of a server of anybody’s own': fc
    .tuple(fc.constantFrom('hooks/', 'webhook/', 'webhooks/incoming/', 'bot/v2/hook/'), fc.uuid())
    .map(([path, end]) => `https://chat.example.com/${path}${end}`),
  'tokens of services': fc
    .tuple(
      fc.constantFrom('sk_test_', 'pypi-AgE', 'ATATT3', 'lin_api_', 'hvb.AA', 'dp.st.dev.', 'glsa_', 'npm_'),
      token,
      token,
    )
    .map((parts) => parts.join('')),
  'an address of Slack': token.map((end) => `https://hooks.slack.com/services/T00000000/B00000000/${end}`),
  'a workflow of Slack': token.map((end) => `hooks.slack.com/triggers/T0/1/${end}`),
  'an address of Teams': token.map((end) => `https://acme.webhook.office.com/webhookb2/${end}@x/IncomingWebhook/y/z`),
  'a workflow of Teams': token.map(
    (end) => `https://prod-01.westus.logic.azure.com:443/workflows/${end}/triggers/manual/paths/invoke`,
  ),
  'a newer workflow of Teams': token.map(
    (end) =>
      `https://default1.0b.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/${end}/triggers`,
  ),
  'an address of PagerDuty': of(hex, 32).map((key) => `https://events.pagerduty.com/integration/${key}/enqueue`),
  'an event rule of PagerDuty': of(hex, 32).map((key) => `https://events.eu.pagerduty.com/x-ere/${key}`),
  'a routing key': of(hex, 32).map((key) => `routing_key: ${key}`),
  'an address of Mattermost': of(small + digits, 26).map((key) => `https://chat.example.com/hooks/${key}`),
  'credentials of HTTP': fc.tuple(word, token).map(([name, password]) => `Basic ${base64(`${name}:${password}`)}`),
};

/** A text cut into lines, as mail, code and mark-up do it. */
const overLines = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      text,
      fc.nat(),
      fc.constantFrom('\n', '\r\n', '\n    ', '\\\n', '\\n', '<br/>', '"\n  + "', '\n> ', ' \\\n  '),
    )
    .map(([one, seed, end]) => {
      const at = 1 + (seed % (one.length - 1));
      return one.slice(0, at) + end + one.slice(at);
    });
const hexKey = fc.nat().map((seed) => createHash('sha256').update(String(seed)).digest('hex'));
/** Any but one that a manual has in place of one, such as `***`. */
const password = of(capitals + small + digits + '!#%&?', 8).map((text) => `x${text}`);
Object.assign(secrets, {
  'a key broken over lines': overLines(fc.oneof(secretKey, accessKeyId)),
  'a key behind a line that looks like more of it': overLines(secretKey).map((key) => `Key\n${key}\nRegion`),
  'a key in hex': fc.tuple(fc.constantFrom('', '0x', 'sha256 secret '), hexKey).map((parts) => parts.join('')),
  'a command line with a password': fc
    .tuple(
      fc.constantFrom(
        'curl -u user:',
        "curl -sSL \\\n  --user 'user:",
        'curl https://api.example.com -uuser:',
        'http -a user:',
        'wget --proxy-user=user:',
        'sshpass -p ',
        'sshpass -p',
        'mysqldump -u root -p',
        'mongosh --host h -p ',
        'docker login -u user -p ',
        'redis-cli -h h -a ',
        'ldapsearch -x -w ',
        'smbclient //h/s -U user%',
        'sqlcmd -S h -U sa -P ',
        'openssl rsa -in key -passin pass:',
        'keytool -list -storepass ',
        'acme --admin-password ',
        'acme --api-key ',
      ),
      password,
    )
    .map((parts) => parts.join('')),
  'a password by its name in other languages': fc
    .tuple(
      fc.constantFrom(
        ...'Contraseña,CONTRASENA,passwort,Kennwort,mot de passe,Senha,пароль,Пароля,密码,密碼,パスワード,ﾊﾟｽﾜｰﾄﾞ'.split(
          ',',
        ),
        ...'비밀번호,wachtwoord,lösenord,hasło,heslo,şifre,סיסמה,كلمة المرور,κωδικός,mật khẩu,salasana,parola'.split(
          ',',
        ),
      ),
      fc.constantFrom(': ', '=', '：', ' = "', '": "'),
      password,
    )
    .map((parts) => parts.join('')),
});

test.each(Object.entries(secrets))('%s is found wherever it stands, escaped or not', (_name, secret) => {
  const escaped = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.replaceAll('/', '\\/'),
    (text: string) => encodeURIComponent(text),
  );
  fc.assert(
    fc.property(secret, around, escaped, (one, put, escape) => {
      expect({ one, found: holdsSecret(field, put(escape(one))) }).toEqual({ one, found: true });
    }),
    // Keys are drawn at random: the same ones each time, since one of 100,000 is not found.
    { numRuns: 60, seed: 17 },
  );
});

const sha256 = fc.string().map((text) => createHash('sha256').update(text).digest('hex'));
const account = of(digits, 12);
const camel = fc
  .array(fc.tuple(of(capitals, 1), of(small, 6)), { minLength: 1, maxLength: 9 })
  .map((words) => words.flat().join(''));
const readableTexts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'a digest': fc.oneof(
    fc
      .tuple(
        fc.constantFrom('sha256:', 'SHA-256: ', 'app@sha256:', 'Checksum: ', 'SHA256 (a.tgz) = ', 'blobs/sha256/'),
        sha256,
      )
      .map((parts) => parts.join('')),
    sha256.map((digest) => `${digest}  acme-1.2.tar.gz`),
    sha256.map((digest) => digest.replace(/./g, '0')),
    fc.string().map((text) => createHash('sha1').update(text).digest('hex')),
    fc.string().map((text) => createHash('sha1').update(text).digest('hex').toUpperCase()),
    fc.string().map((text) => createHash('md5').update(text).digest('hex')),
    fc.string().map((text) => createHash('sha256').update(text).digest('base64')),
    fc.string().map((text) => `sha384-${createHash('sha384').update(text).digest('base64')}`),
    fc.string().map((text) => `sha512-${createHash('sha512').update(text).digest('base64')}`),
  ),
  'an id of an entity': fc
    .tuple(fc.constantFrom('prod-', 'offer-', 'do-', 'sol-', 'agmt-', 'resaleauthz-', 'ami-0'), of(small + digits, 13))
    .map(([prefix, id]) => prefix + id),
  'an id of a change set': of(small + digits, 25),
  'an id of a document of Google': fc
    .nat()
    .map((seed) => `1${createHash('sha384').update(String(seed)).digest('base64url').slice(0, 43)}`),
  'a UUID': fc.uuid(),
  'an image by tag and digest': fc
    .tuple(account, word, sha256)
    .map(([id, name, digest]) => `${id}.dkr.ecr.us-east-1.amazonaws.com/acme/${name}:1.2@sha256:${digest}`),
  'an image by address and digest': fc
    .tuple(word, sha256)
    .map(([name, digest]) => `oci://registry.example.com:5000/${name}:1.2@sha256:${digest}`),
  'an ARN': fc
    .tuple(account, camel, word)
    .map(([id, name, path]) => `arn:aws:iam::${id}:role/service-role/${path}/${name}`),
  'a path with names': fc.array(fc.oneof(camel, word), { minLength: 2, maxLength: 7 }).map((parts) => parts.join('/')),
  'words without spaces': camel,
  'an address of a page': fc
    .tuple(word, word)
    .map(([host, page]) => `https://www.${host}.example.com/${page}/index.html?id=12&lang=en#top`),
  'an address of mail': fc.tuple(word, word).map(([name, host]) => `Contact:${name}1@${host}.example.com`),
  prose: fc.constantFrom(
    'The password is the id of the instance.',
    'Basic subscription, billed hourly; the premium one has tokens.',
    'Join us at https://slack.com/intl/en-us/help, https://www.pagerduty.com/ or https://teams.microsoft.com/.',
    'Regions: us-east-1:us-west-2; ratio 16:9 @ 60 Hz',
    'AsiaPacific and EMEA',
    'Sign in as admin with Password: <instance-id>, then run it with API_KEY=${API_KEY}.',
    'User name: admin. Password: the id of your instance. Secret: stored in AWS Secrets Manager.',
    'Credentials: none. Authorization: Bearer <token>',
    'https://www.example.com/pricing?utm_source=aws&code=AWS20 and https://www.example.com/?policy=privacy',
    'https://www.example.com/?utm_source=x&token=aws-marketplace, https://www.example.com/?token=AWS_MARKETPLACE#top',
    'docker run --user 1000:1000 -p 80:80 acme; mkdir -p /opt/acme; unzip -p acme.zip readme',
    'curl -u <user>:<password> https://example.com, or curl -u user:$PASSWORD; use the --password option to be asked',
    'Contraseña: el id de la instancia. Passwort: die Instanz-ID. 密码：您的实例 ID。',
    'Puntos clave: rápido. Hasło reklamowe; mot-clé: conteneur; hasLogo: true',
    'npm_config_registry, and https://docs.example.com/webhooks/getting-started-with-version-2',
  ),
};

test.each(Object.entries(readableTexts))('%s stays readable', (_name, text) => {
  fc.assert(
    fc.property(text, around, (one, put) => {
      expect({ one, found: holdsSecret(field, put(one)) }).toEqual({ one, found: false });
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['PriceToken', false],
  ['InputTokens', false],
  ['TokensPerMinute', false],
  ['NextToken', false],
  ['HasLocation', false],
  ['ClassiFrequency', false],
  ['Token', true],
  ['accessToken', true],
  ['InputToken', true],
  ['ClientToken', true],
  ['Tokens', true],
  ['Contraseña', true],
  ['senhaDoAdmin', true],
  ['Пароль', true],
  ['ﾊﾟｽﾜｰﾄﾞ', true],
])('a field named %s holds a secret, whatever its value: %s', (name, isSecret) => {
  expect(holdsSecret([name], 'x')).toBe(isSecret);
});

test.each([
  ['ImageDigest', false],
  ['Sha256', false],
  ['Checksum', false],
  ['Description', true],
])('a field named %s has digests: what looks like a key in hex is a secret in another one only', (name, isSecret) => {
  expect(holdsSecret([name], createHash('sha256').update('x').digest('hex'))).toBe(isSecret);
});

describe('new details', () => {
  const canary = 'Canary5ecret';
  const amendment = (changes: unknown) => ({ actor: 'ann', reason: 'typo', changes });
  const problemOf = (details: unknown) => secretProblem(amendment([{ index: 0, details }]));

  test.each([
    ['a value', '{"a":[{"Url":"https://h.example/?sig=Canary5ecret"}]}', 'a.0.Url holds a secret'],
    ['a field by its name', '{"AdminPassword":"Canary5ecret"}', 'AdminPassword holds a secret'],
    ['a number in one', '{"Token":[123456]}', 'Token.0 holds a secret'],
    ['an object, not a text', { ClientSecret: canary }, 'ClientSecret holds a secret'],
    ['the name of a field', '{"ghp_Canary5ecret":1}', '(whole).(a secret) holds a secret'],
    ['beside what stands for one', '{"a":"<<kept by steward: a>> password: Canary5ecret"}', 'a holds a secret'],
    ['beside an edited one', '{"a":"<<KEPT by steward password: Canary5ecret"}', 'a holds a secret'],
    ['in a field that stands twice', '{"a":"password: Canary5ecret","a":"b"}', 'has a field twice'],
    ['in letters of another width', '{"a":"ＡＫＩＡＩＯＳＦＯＤＮＮ７ＥＸＡＭＰＬＥ"}', 'a holds a secret'],
    ['in a list', '[{"Key":"password: Canary5ecret"}]', '0.Key holds a secret'],
  ])('with %s are kept out of the history, and nothing of it shows', (_what, details, expected) => {
    const said = problemOf(details);
    expect(said).toContain(`changes[0].details: ${expected}`);
    expect(said).not.toContain(canary);
    expect(said).not.toContain('123456');
  });

  test.each([
    ['what stands for secrets', '{"Password":"<<kept by steward: Password>>","Url":"<<kept by steward: Url>>"}'],
    ['nothing secret', '{"ProductTitle":"A: B","Price":1.10,"a":{"b":[]}}'],
    ['what is no JSON, which another check refuses', '{"Password":'],
  ])('with %s are fit', (_what, details) => expect(problemOf(details)).toBeUndefined());

  test('of any form have a verdict; the longest in no time that counts', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => secretProblem(amendment(value))).not.toThrow();
        expect(() => problemOf(value)).not.toThrow();
      }),
    );
    for (const unit of [
      'a',
      'aB3/',
      ':',
      '//a:',
      'a:1',
      '@',
      'password',
      '%25',
      '\\',
      'hooks/',
      'AKIA',
      'basic ',
      '\n',
      'a\n',
      'curl -u ',
      '密码:',
    ]) {
      expect(clearSecrets({ a: unit.repeat(16_384 / unit.length) })).toBeDefined();
    }
  });
});
