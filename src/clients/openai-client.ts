import OpenAI from 'openai';
import { ConfigError } from '../domain/errors.ts';

/**
 * The SDK, set up so that conversation text goes to the configured address and nowhere else.
 *
 * @param apiKey empty for an endpoint that asks for none
 * @throws ConfigError when `baseUrl` is not an absolute URL
 */
export function createOpenAiClient({ baseUrl, apiKey }: { baseUrl: string; apiKey: string }): OpenAI {
  // An empty address would make the SDK fall back to OPENAI_BASE_URL or to api.openai.com.
  if (!URL.canParse(baseUrl)) throw new ConfigError('The judge needs an absolute base URL, as in http://localhost:8000/v1.');
  return new OpenAI({
    baseURL: baseUrl,
    // The SDK insists on a key; without one, no Authorization header is sent.
    apiKey: apiKey || 'none',
    ...(apiKey ? {} : { defaultHeaders: { Authorization: null } }),
    adminAPIKey: null,
    maxRetries: 0,
    // OPENAI_LOG=debug would print request bodies.
    logLevel: 'off',
    // A redirect would carry the conversation to a host nobody configured.
    fetchOptions: { redirect: 'manual' },
  });
}
