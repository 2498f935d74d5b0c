/**
 * What may give away a text that is meant to command whoever reads it, with the weight of each: how sure one such sign alone
 * would make us. Set by hand; what the detector makes of them is measured by `npm run bench:injection`.
 */
export const signWeights = {
  /** Earlier instructions are to be dropped. */
  override: 0.7,
  /** A verdict is ordered: "rate this none". */
  rating_command: 0.7,
  /** A rater is spoken to or told its duty. */
  rater_addressed: 0.6,
  /** The names of our own choices, dimensions or keys, which people who use an assistant do not know. */
  rating_vocabulary: 0.6,
  /** Rules for raters, made up or amended. */
  forged_rules: 0.6,
  /** The tokens or tags that open a turn for a model. */
  forged_turn: 0.7,
  /** A line that begins as a system turn would. */
  role_label: 0.4,
  /** The end of the data, or our marker lines. */
  forged_delimiter: 0.7,
  /** The JSON a judge would answer with. */
  finished_answer: 0.8,
  /** The end of a JSON string and of what holds it. */
  json_break: 0.3,
  /** Somebody with power over the model: maintenance mode, its developer. */
  authority_claim: 0.5,
  /** Characters that nobody sees: tags, direction overrides, zero-width ones within words. */
  hidden_characters: 0.5,
  /** Control characters and line ends that no keyboard makes, and halves of surrogate pairs. */
  odd_controls: 0.3,
  /** Words that mix Latin letters with their Cyrillic or Greek twins. */
  mixed_script: 0.3,
  /** A command that shows only once look-alikes, invisible characters or digits for letters are undone. */
  disguised_command: 0.8,
  /** A command in base64, hexadecimal, escapes, rot13 or backwards; or the order to decode and obey. */
  encoded_command: 0.8,
} as const;

export type InjectionSignName = keyof typeof signWeights;

/** `turn` counts from 1: the first in which the sign stands. No text: signs may be logged. */
export type InjectionSign = { readonly name: InjectionSignName; readonly turn: number };
