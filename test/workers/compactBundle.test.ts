import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import vm from 'node:vm';
import fc from 'fast-check';
import { compacted } from '../../src/workers/compactBundle.ts';

const map = {
  version: 3,
  file: 'x.js',
  sources: ['/clone/src/a.ts', 'webpack/b'],
  names: ['one'],
  mappings: 'AAAA',
  sourcesContent: ['text'],
};

function bundleOf(code: string, charset = 'charset=utf-8;'): string {
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;${charset}base64,${encoded}\n`;
}

/** Text in every place where code can hold it. */
const codeOf = (text: string): string => {
  const quoted = JSON.stringify(text);
  const template = `\`${text.replace(/[`\\$]/g, '\\$&')}\``;
  const pattern = text.replace(/[^\p{L}“”’—…]/gu, '');
  return `/* ${text.replaceAll('*/', '')} */ [${quoted}, ${template}, /[${pattern}]/u.source.length > 0, /^[${pattern}]*$/u.test(${JSON.stringify(pattern)})]`;
};

test('gives the same values, in ASCII', () => {
  const words = fc.stringMatching(/^[ -~]*$/);
  const beyond = fc.string({ unit: fc.constantFrom('“', '—', '…', 'ø', '’', 'é', '😀', '漢', '\u2028', 'a', '$') });
  fc.assert(
    fc.property(fc.tuple(words, beyond), ([ascii, rest]) => {
      const code = codeOf(`${ascii}${rest}`);
      const small = compacted(bundleOf(code), '/clone/');
      expect(small).toMatch(/^[\0-\x7f]*$/);
      expect(vm.runInNewContext(small)).toEqual(vm.runInNewContext(code));
    }),
  );
});

test.each(['', 'charset=utf-8;'])(
  'keeps positions and names in the source map, without the texts and the folder of the sources (%s)',
  (charset) => {
    const encoded = compacted(bundleOf('1', charset), '/clone/').split('base64,')[1] ?? '';
    const { sourcesContent: _, ...kept } = { ...map, file: 'workflows.js', sources: ['src/a.ts', 'webpack/b'] };
    expect(JSON.parse(Buffer.from(encoded, 'base64').toString())).toEqual(kept);
  },
);

test('takes a source map of many millions of characters, where V8 optimises no patterns any more', () => {
  const script = `
    const { compacted } = require('./src/workers/compactBundle.ts');
    const map = { sources: [], sourcesContent: ['text '.repeat(2_400_000)] };
    const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
    const bundle = '1\\n//# sourceMappingURL=data:application/json;base64,' + encoded;
    process.stdout.write(String(compacted(bundle, '/').length));`;
  const flags = ['--disable-warning=ExperimentalWarning', '--no-regexp-optimization'];
  const cwd = join(__dirname, '..', '..');
  const length = execFileSync(process.execPath, [...flags, '--eval', script], { cwd, encoding: 'utf8' });
  expect(Number(length)).toBeLessThan(1_000);
});

test('refuses what has no source map inline', () => {
  expect(() => compacted('1', '/')).toThrow('no source map');
});
