import { setTimeout as wait } from 'node:timers/promises';
import { context, SpanKind, SpanStatusCode, trace, type Span as OpenSpan, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { TracesConfiguration } from '../config/telemetry.ts';
import { spans, type Span } from '../spans.ts';
import { contextManager, storage } from './context.ts';
import { boundAnswers, exporterMark, reportedExporter } from './exporter.ts';

/** What client and workers of a process are given. */
export interface Tracing {
  readonly client: readonly WorkflowClientInterceptor[];
  readonly activity: ActivityInterceptorsFactory;
  /** Takes the spans of workflows out of their sandbox. */
  readonly sinks: InjectedSinks<never>;
  /** Exports what waits, for a moment. */
  close(): Promise<void>;
}

/** Nothing waits for the exporter: what is beyond these bounds is dropped. */
const bounds = {
  maxQueueSize: 2_048,
  maxExportBatchSize: 256,
  scheduledDelayMillis: 1_000,
  exportTimeoutMillis: 5_000,
};
const exportsAtOnce = 4;
const closeWithinMs = 3_000;

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT } as const;

/** Makes a span of each piece of work that the code announces, below the one that is under way. */
function followSpans(tracer: Tracer): void {
  const open = new WeakMap<Span, OpenSpan>();
  spans.start.bindStore(storage, (span) => {
    const begun = tracer.startSpan(span.name, { kind: kinds[span.kind] });
    open.set(span, begun);
    return trace.setSpan(context.active(), begun);
  });
  spans.error.subscribe((message) => {
    const { error } = message as { readonly error?: unknown };
    const name = error instanceof Error ? error.name : 'Error';
    open.get(message as Span)?.setStatus({ code: SpanStatusCode.ERROR, message: name });
  });
  spans.asyncEnd.subscribe((message) => {
    const span = message as Span;
    for (const [key, value] of Object.entries(span.attributes)) {
      if (value !== undefined) open.get(span)?.setAttribute(key, value);
    }
    open.get(span)?.end();
  });
}

function headersOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]),
  );
}

function start({ url, headers, ratio }: TracesConfiguration, logger: Logger): Tracing {
  boundAnswers();
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis: bounds.exportTimeoutMillis,
    concurrencyLimit: exportsAtOnce,
    httpAgentOptions: { keepAlive: true, ...exporterMark },
    headers: headers === undefined ? {} : headersOf(headers.reveal()),
  });
  const processor = new BatchSpanProcessor(reportedExporter(exporter, logger), bounds);
  const resource = new Resource({ 'service.name': 'marketplace-steward' });
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  const provider = new BasicTracerProvider({ resource, sampler, spanProcessors: [processor] });
  provider.register({ contextManager });
  followSpans(provider.getTracer('marketplace-steward'));
  return {
    client: [new OpenTelemetryWorkflowClientInterceptor()],
    activity: (activity) => ({
      inbound: new OpenTelemetryActivityInboundInterceptor(activity),
      outbound: new OpenTelemetryActivityOutboundInterceptor(activity),
    }),
    sinks: { exporter: makeWorkflowExporter(processor, resource) } as unknown as InjectedSinks<never>,
    close: () => Promise.race([provider.forceFlush(), wait(closeWithinMs, undefined, { ref: false })]),
  };
}

let started: Tracing | undefined;

/**
 * Has this process trace its work, and export the spans by OTLP over HTTP. OpenTelemetry keeps one provider in a process: the
 * first caller's settings hold, for worker and ingress in one process alike.
 */
export function startTracing(traces: TracesConfiguration, logger: Logger): Tracing {
  started ??= start(traces, logger);
  return started;
}
