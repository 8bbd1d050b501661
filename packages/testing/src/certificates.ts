import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate and its private key, in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that only one test trusts. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  /** Makes a certificate for a server or a client of that name. */
  issue(name: string): Certificate;
}

/** Tags of ASN.1 in DER (ITU-T X.690), as far as a certificate of RFC 5280 needs them. */
const tag = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 24, sequence: 48, set: 49 } as const;
const validMs = 24 * 60 * 60 * 1_000;

function der(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const bytes: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  const length = body.length < 128 ? [body.length] : [128 + bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(tag.sequence, ...parts);
const oid = (hex: string): Buffer => der(tag.oid, Buffer.from(hex, 'hex'));
const bits = (bytes: Uint8Array, unused = 0): Buffer => der(tag.bits, Buffer.from([unused]), bytes);
const time = (ms: number): Buffer =>
  der(tag.time, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = oid('550403');
const keyUsage = oid('551d0f');
const subjectAlternativeName = oid('551d11');
const basicConstraints = oid('551d13');
const critical = der(tag.boolean, Buffer.from([255]));

function nameOf(name: string): Buffer {
  return sequence(der(tag.set, sequence(commonName, der(tag.utf8, Buffer.from(name)))));
}

function pem(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function authorityExtensions(): Buffer[] {
  return [
    sequence(basicConstraints, critical, der(tag.octets, sequence(critical))),
    // keyCertSign
    sequence(keyUsage, critical, der(tag.octets, bits(Buffer.from([4]), 2))),
  ];
}

function leafExtensions(name: string): Buffer[] {
  const dnsName = der(0x82, Buffer.from(name));
  return [sequence(subjectAlternativeName, der(tag.octets, sequence(dnsName)))];
}

function signed(
  subject: string,
  publicKey: KeyObject,
  extensions: readonly Buffer[],
  by: { name: string; key: KeyObject },
) {
  const now = Date.now();
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const contents = sequence(
    der(0xa0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, serial),
    ecdsaWithSha256,
    nameOf(by.name),
    sequence(time(now - validMs), time(now + validMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return pem(sequence(contents, ecdsaWithSha256, bits(sign('sha256', contents, by.key))));
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Makes an authority whose certificates hold for a day. */
export function createAuthority(name: string): Authority {
  const own = newKeys();
  const by = { name, key: own.privateKey };
  return {
    certificate: signed(name, own.publicKey, authorityExtensions(), by),
    issue(subject) {
      const { publicKey, privateKey } = newKeys();
      return {
        certificate: signed(subject, publicKey, leafExtensions(subject), by),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}
