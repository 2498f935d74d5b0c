import type { BatchFlowOptions } from './batch-flow.ts';

/** Has each request of a batch answered by an endpoint for single calls, so that both are judged by the same simulated judge. */
export function forwardCompletion(url: string): BatchFlowOptions['complete'] {
  return async ({ body }) => {
    const response = await fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
}
