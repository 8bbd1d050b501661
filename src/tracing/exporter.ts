import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import { shownText } from '../logging/text.ts';
import { shownMembers } from '../logging/values.ts';

/** A span as it may leave: errors repeat what nobody knows, so its texts are shown as a log shows them. */
function harmless(span: ReadableSpan): ReadableSpan {
  const { status, attributes, events } = span;
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
