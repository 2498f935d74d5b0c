import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createOtel } from '../../../src/clients/otel.ts';

const secret = 'my sister Ada is ill';
const spans = new InMemorySpanExporter();
const counts = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: counts, exportIntervalMillis: 3_600_000 });
const meters = new MeterProvider({ readers: [reader] });
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });

// An SDK is registered before anything is composed; here once for the file.
metrics.setGlobalMeterProvider(meters);
trace.setGlobalTracerProvider(tracers);
const otel = createOtel();

beforeEach(async () => {
  await meters.forceFlush();
  spans.reset();
  counts.reset();
});
afterAll(async () => {
  await Promise.all([meters.shutdown(), tracers.shutdown()]);
  metrics.disable();
  trace.disable();
});

async function readCounts(): Promise<{ name: string; attributes: object; value: unknown }[]> {
  await meters.forceFlush();
  return counts
    .getMetrics()
    .flatMap((each) => each.scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({ name: descriptor.name, attributes: { ...attributes }, value })),
    );
}

describe('telemetry', () => {
  it('adds up what is settled in the ledger, by rater and state', async () => {
    otel.count('longwatch.ledger.settled', 1, { rater: 'judge', state: 'scored' });
    otel.count('longwatch.ledger.settled', 2, { rater: 'judge', state: 'scored' });
    otel.count('longwatch.ledger.settled', 1, { rater: 'judge', state: 'refused' });
    expect(await readCounts()).toEqual([
      { name: 'longwatch.ledger.settled', attributes: { rater: 'judge', state: 'scored' }, value: 3 },
      { name: 'longwatch.ledger.settled', attributes: { rater: 'judge', state: 'refused' }, value: 1 },
    ]);
  });

  it('records a job as a span and hands on what it made', async () => {
    expect(await otel.span('longwatch.job rate', { 'longwatch.job': 'rate' }, async () => 7)).toBe(7);
    const [span, ...rest] = spans.getFinishedSpans();
    expect(rest).toEqual([]);
    expect(span).toMatchObject({
      name: 'longwatch.job rate',
      attributes: { 'longwatch.job': 'rate' },
      status: { code: SpanStatusCode.UNSET },
    });
  });

  it('of a failure keeps the class and not the words, and hands on the failure', async () => {
    const failure = new TypeError(secret, { cause: secret });
    await expect(otel.span('longwatch.job rate', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    const [span] = spans.getFinishedSpans();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'TypeError' });
    expect(span?.events).toEqual([]);
    expect(JSON.stringify([span?.name, span?.attributes, span?.status, span?.events])).not.toContain('Ada');
  });

  it('of a failure that is not even an error says so', async () => {
    await expect(otel.span('longwatch.job rate', {}, () => Promise.reject(secret))).rejects.toBe(secret);
    expect(spans.getFinishedSpans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'error' });
  });

  it('keeps the caller’s attributes as they were', () => {
    const attributes = Object.freeze({ rater: 'judge' });
    expect(() => otel.count('longwatch.judge.calls', 1, attributes)).not.toThrow();
  });
});
