import type { Kysely } from 'kysely';
import { countLeft } from '../db/erasure.ts';
import type { Tables } from '../db/schema.ts';
import { InputError, StateError } from '../domain/errors.ts';
import { Receipt, verifyReceipt } from './receipt.ts';

/**
 * Checks a receipt's signature, and then, by the statement in it, that what it says is gone is gone.
 * @returns the receipt and the rows found under the erased names, by table.
 * @throws InputError where it is no receipt; StateError where it is not one of ours as we issued it.
 */
export async function checkReceipt(
  deps: { readonly db: Kysely<Tables>; readonly receiptKey: Uint8Array },
  text: string,
): Promise<{ receipt: Receipt; left: Readonly<Record<string, number>> }> {
  const receipt = parseReceipt(text);
  const verdict = verifyReceipt(deps.receiptKey, receipt);
  if (verdict === 'foreign') {
    throw new StateError(
      'The receipt was signed with another key than this database was written with: it is from elsewhere, or forged.',
    );
  }
  if (verdict === 'altered') throw new StateError('The receipt was altered after it was signed: nothing in it can be relied on.');
  // Its statement is run only now that we know it for our own.
  return { receipt, left: await countLeft(deps.db, receipt.verification.sql) };
}

function parseReceipt(text: string): Receipt {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError('This is not a receipt: it is not JSON. Give the file that "longwatch erase" has written.');
  }
  const { success, data, error } = Receipt.safeParse(value);
  if (success) return data;
  const fields = error.issues.map((issue) => issue.path.join('.') || '(the whole)').join(', ');
  throw new InputError(`This is not a receipt: see ${fields}. Give the file that "longwatch erase" has written.`);
}
