import { pino } from 'pino';
import { bundleWorkflows } from '../../src/workers/bundle.ts';

/** Characters without the source map, most of them the SDK's. It was 2,227,000 when this bound was set. */
const largestBundle = 2_260_000;

interface SourceMap {
  sources: string[];
}

describe('the workflow bundle', () => {
  let code: string;
  beforeAll(async () => {
    ({ code } = await bundleWorkflows(pino({ level: 'silent' })));
  });

  test('holds our workflows and the SDK’s workflow runtime, and nothing else', () => {
    const encoded = /sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)/.exec(code)?.[1] ?? '';
    const { sources } = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as SourceMap;
    const packages = new Set(
      sources.flatMap((source) => {
        const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(source)?.[1];
        return found === undefined ? [] : [found];
      }),
    );
    const known = ['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc'];
    expect([...packages].filter((name) => !known.includes(name))).toEqual([]);
    expect(packages).toContain('@temporalio/workflow');
    const own = sources.filter((source) => /(^|\/)src\//.test(source) && !source.includes('node_modules'));
    expect(own.filter((source) => !/src\/(workflows\/|(addresses|defined)\.ts$)/.test(source))).toEqual([]);
    expect(own.length).toBeGreaterThan(10);
  });

  test('stays within its size', () => {
    const [own = ''] = code.split('//# sourceMappingURL');
    expect(own.length).toBeGreaterThan(100_000);
    expect(own.length).toBeLessThan(largestBundle);
  });
});
