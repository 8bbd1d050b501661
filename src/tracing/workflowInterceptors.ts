import { context, defaultTextMapSetter, propagation, trace } from '@opentelemetry/api';
import {
  OpenTelemetryInboundInterceptor,
  OpenTelemetryInternalsInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/workflow/index.js';
import {
  defaultPayloadConverter,
  type ActivityInput,
  type Headers,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';

/** As the SDK's own interceptors call it. */
const traceHeader = '_tracer-data';

/** A span that is over with the scheduling: its activity's span is its child. */
function headersOf(name: string, headers: Headers): Headers {
  const span = trace.getTracer('steward-workflow').startSpan(name);
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), carrier, defaultTextMapSetter);
  span.end();
  return { ...headers, [traceHeader]: defaultPayloadConverter.toPayload(carrier) };
}

/**
 * The SDK's outbound interceptor awaits before and around a call: a workflow whose history was recorded without it would learn
 * of a cancellation at another moment, and fail. This one only adds the header.
 */
const outbound: WorkflowOutboundCallsInterceptor = {
  scheduleActivity: (input: ActivityInput, next) =>
    next({ ...input, headers: headersOf(`StartActivity:${input.activityType}`, input.headers) }),
  continueAsNew: (input, next) =>
    next({ ...input, headers: headersOf(`ContinueAsNew:${input.options.workflowType}`, input.headers) }),
};

/** Loaded into the workflow bundle where traces are configured. */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [new OpenTelemetryInboundInterceptor()],
  outbound: [outbound],
  internals: [new OpenTelemetryInternalsInterceptor()],
});
