/** One dimension a judge is asked for, with the names it may choose from. */
export type Asked = { readonly dimension: string; readonly choices: readonly string[] };

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads out of a `longwatch_ratings` JSON schema what a judge is asked: `properties.ratings.items`, one object or an
 * `anyOf` of them, `$ref` followed within the document.
 *
 * @throws RangeError when the schema asks for no dimension in a form known here
 */
export function askedIn(schema: unknown): readonly Asked[] {
  const follow = (node: unknown): Json => {
    let at = node;
    for (let hops = 0; isObject(at) && typeof at.$ref === 'string'; hops++) {
      if (hops > 20) throw new RangeError(`the schema's $ref ${at.$ref} goes round in circles`);
      at = pointed(schema, at.$ref);
    }
    return isObject(at) ? at : {};
  };
  const property = (node: Json, name: string): Json => follow(follow(node.properties)[name]);

  const items = follow(property(follow(schema), 'ratings').items);
  const entries = Array.isArray(items.anyOf) ? items.anyOf.map(follow) : [items];
  const asked = entries.flatMap((entry) => {
    const choices = named(property(entry, 'choice'));
    return named(property(entry, 'dimension')).map((dimension) => ({ dimension, choices }));
  });
  if (asked.length === 0 || asked.some((a) => a.choices.length === 0))
    throw new RangeError(
      'the schema must name each dimension (const or enum) and its choices (enum) in properties.ratings.items',
    );
  return asked;
}

function named(node: Json): readonly string[] {
  const values = 'const' in node ? [node.const] : Array.isArray(node.enum) ? node.enum : [];
  return values.filter((value) => typeof value === 'string');
}

/** The node a local JSON pointer (`#/$defs/rating`) points to. */
function pointed(root: unknown, ref: string): unknown {
  let at = root;
  for (const raw of ref.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isObject(at) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined;
  }
  return at;
}
