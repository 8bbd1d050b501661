import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import { shownText } from '../logging/text.ts';
import { shownMembers } from '../logging/values.ts';

/**
 * A span as it may leave: errors repeat what nobody knows, so its texts are shown as a log shows them. What the SDK adds of a
 * run's search attributes and memo stays here: they may have names that sellers gave.
 */
function harmless(span: ReadableSpan): ReadableSpan {
  const { status, events } = span;
  const { searchAttributes: _untyped, typedSearchAttributes: _typed, memo: _memo, ...attributes } = span.attributes;
  return Object.create(span, {
    attributes: { value: shownMembers(attributes) },
    status: { value: status.message === undefined ? status : { ...status, message: shownText(status.message) } },
    events: { value: events.map((event) => ({ ...event, attributes: shownMembers(event.attributes ?? {}) })) },
  }) as ReadableSpan;
}

/** Says once that spans cannot be exported, and once that they can again: they are dropped meanwhile. */
export function reportedExporter(exporter: SpanExporter, logger: Pick<Logger, 'warn' | 'info'>): SpanExporter {
  let isFailing = false;
  return {
    export(spans, done) {
      exporter.export(spans.map(harmless), (result) => {
        const hasFailed = result.error !== undefined;
        if (hasFailed && !isFailing) logger.warn({ err: result.error }, 'traces cannot be exported, and are dropped');
        if (!hasFailed && isFailing) logger.info({}, 'traces are exported again');
        isFailing = hasFailed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

/** Of a collector's answer, in bytes: it has some hundred, and the exporter would keep all that comes. */
const largestAnswerBytes = 64 * 1024;

/** What marks the requests of the exporter, by which they are known: nothing of it reaches the network. */
export const exporterMark = { stewardTraces: true } as const;

interface Exchange {
  readonly request: ClientRequest & { readonly agent?: { readonly options?: object } };
  readonly response: IncomingMessage;
}

/**
 * Cuts an answer to the exporter that is too large; its spans count as not exported. The exporter makes its own requests, and has no
 * bound.
 */
export function boundAnswers(): void {
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as Exchange;
    if (!Object.hasOwn(request.agent?.options ?? {}, 'stewardTraces')) return;
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > largestAnswerBytes)
        request.destroy(new Error(`the answer of the collector is over ${largestAnswerBytes} bytes`));
    });
  });
}
