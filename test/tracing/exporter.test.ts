import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { pino } from 'pino';
import { inSpan, spans } from '../../src/spans.ts';
import { contextManager } from '../../src/tracing/context.ts';
import { boundAnswers, exporterMark, reportedExporter } from '../../src/tracing/exporter.ts';

const silent = pino({ level: 'silent' });
const secret = 'k7Q4-0xAB+/secretOfACall';

/** One span with everything that errors bring along. */
function exported(exporter: SpanExporter): void {
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const span = provider.getTracer('test').startSpan('RunActivity:a', { attributes: { apiKey: secret, kind: 'a' } });
  const error = new Error(`GET https://a.example.com/b?X-Amz-Signature=${secret}: authorization: Bearer ${secret}`);
  span.recordException(error);
  span.setStatus({ code: 2, message: error.message });
  span.end();
}

test('no span leaves with what an error repeats: exceptions, status and attributes are shown as logs show them', () => {
  const memory = new InMemorySpanExporter();
  exported(reportedExporter(memory, silent));
  const [span] = memory.getFinishedSpans();
  const { name, attributes, status, events } = span ?? {};
  expect([name, attributes]).toEqual(['RunActivity:a', { apiKey: '[hidden]', kind: 'a' }]);
  expect(events?.[0]?.attributes?.['exception.stacktrace']).toContain('exporter.test.ts');
  expect(JSON.stringify([attributes, status, events])).not.toContain(secret);
  expect(span?.spanContext().traceId).toMatch(/^[\da-f]{32}$/);
});

test('a collector that fails is reported once, and once when it is back', () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) });
  let error: Error | undefined;
  const exporter = reportedExporter(
    {
      export: (_spans: ReadableSpan[], done) => done(error === undefined ? { code: 0 } : { code: 1, error }),
      shutdown: () => Promise.resolve(),
    },
    logger,
  );
  for (const problem of [undefined, new Error('away'), new Error('away'), undefined, undefined, new Error('away')]) {
    error = problem;
    exported(exporter);
  }
  expect(lines).toEqual([
    'traces cannot be exported, and are dropped',
    'traces are exported again',
    'traces cannot be exported, and are dropped',
  ]);
});

test('the context follows promises, and ends with what it was given for', async () => {
  const provider = new BasicTracerProvider();
  const span = provider.getTracer('test').startSpan('a');
  const context = trace.setSpan(contextManager.active(), span);
  const found = await contextManager.with(context, async () => {
    await Promise.resolve();
    return trace.getSpan(contextManager.active());
  });
  expect(found).toBe(span);
  expect(contextManager.bind(context, () => trace.getSpan(contextManager.active()))()).toBe(span);
  expect(trace.getSpan(contextManager.active())).toBeUndefined();
});

test('where nobody traces, work is done as it is', async () => {
  expect(spans.hasSubscribers).toBe(false);
  const given = Promise.resolve('done');
  expect(inSpan({ name: 'a', kind: 'client', attributes: {} }, () => given)).toBe(given);
  await given;
});

test('an answer of the collector that is too large is cut, and is a failure', async () => {
  boundAnswers();
  const answers: ServerResponse[] = [];
  const collector = createServer((request, response) => {
    request.resume();
    answers.push(response);
    response.writeHead(200).write(Buffer.alloc(1_000_000));
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  const { port } = collector.address() as AddressInfo;
  const exporter = new OTLPTraceExporter({
    url: `http://127.0.0.1:${port}/v1/traces`,
    httpAgentOptions: { keepAlive: false, ...exporterMark },
    timeoutMillis: 60_000,
  });
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  exporter.export([], ({ error }) => resolve(error));
  await expect(promise).resolves.toMatchObject({ message: 'the answer of the collector is over 65536 bytes' });
  expect(answers.map(({ writableFinished }) => writableFinished)).toEqual([false]);
  collector.closeAllConnections();
  collector.close();
});
