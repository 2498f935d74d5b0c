import { type Counter, metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Telemetry } from '../domain/telemetry.ts';

/** The OpenTelemetry API: does nothing until the operator registers an SDK, and needs none to run. */
export function createOtel(): Telemetry {
  const meter = metrics.getMeter('longwatch');
  const tracer = trace.getTracer('longwatch');
  const counters = new Map<string, Counter>();
  return {
    count(name, n, attributes) {
      const counter = counters.get(name) ?? meter.createCounter(name);
      counters.set(name, counter);
      counter.add(n, { ...attributes });
    },
    span: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes: { ...attributes } }, async (span) => {
        try {
          return await work();
        } catch (error) {
          // The class only: a message from elsewhere might quote what it failed on.
          span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}
