/** Port. Posts a signed JSON body. Receivers may see one delivery id twice and must act on it once. */
export interface Webhook {
  /** Throws `DeliveryError` (retry: later) on network failure, time-out or an answer other than 2xx. */
  post(delivery: { readonly id: string; readonly kind: 'alert' | 'rollback'; readonly body: unknown }): Promise<void>;
}
