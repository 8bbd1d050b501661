const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const bitsOfDigit = 6;
const bitsOfByte = 8;
/** In digits: no credential is shorter. */
const base64Run = /[\w+/-]{16,}/g;
/** Bytes may stand apart: `41:4b:49`, `41 4b 49`, `\\x41\\x4b\\x49`. */
const hexRun = /(?:(?:\\x)?[\da-f]{2}[\s:]{0,2}){16,}/gi;

/** The bytes of base64, each as one character. Workflow code has no `atob`. */
function ofBase64(run: string): string {
  const decoded: string[] = [];
  let [bits, count] = [0, 0];
  for (const digit of run) {
    const value = base64Digits.indexOf(digit === '-' ? '+' : digit === '_' ? '/' : digit);
    bits = ((bits << bitsOfDigit) | value) & 0xffff;
    count += bitsOfDigit;
    if (count < bitsOfByte) continue;
    count -= bitsOfByte;
    decoded.push(String.fromCharCode((bits >> count) & 0xff));
  }
  return decoded.join('');
}

function ofHex(run: string): string {
  return run.replace(/\\x|[\s:]/g, '').replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
}

/** What a text says where parts of it are base64, in either alphabet, or hex, once or twice. What is neither decodes to noise. */
export function decoded(text: string): readonly string[] {
  return decodedOnce(text).flatMap((one) => [one, ...decodedOnce(one)]);
}

function decodedOnce(text: string): readonly string[] {
  // What stands right before base64 shifts its digits: an address, for instance, has a slash there.
  const shifted = [...text.matchAll(base64Run)].flatMap(([run]) => [0, 1, 2, 3].map((at) => ofBase64(run.slice(at))));
  return [...shifted, ...[...text.matchAll(hexRun)].map(([run]) => ofHex(run))];
}

/** Whether a text holds HTTP's Basic credentials: a name and a password in base64. */
export function holdsBasicCredentials(text: string): boolean {
  return [...text.matchAll(/\bbasic\s+([A-Za-z\d+/]{6,})/gi)].some(([, run = '']) =>
    /^[\x20-\x7e]*[^\s:][\x20-\x7e]*:[\x20-\x7e]*$/.test(ofBase64(run)),
  );
}
