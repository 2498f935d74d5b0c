import { type Span, spansOfPattern } from './span.ts';

/** Keys and tokens that say what they are by their prefix, from the issuers' documentation. */
const issued =
  /(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{16,200}|[sprw]k_(?:live|test)_[A-Za-z0-9]{10,100}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64}|xox[abeoprs]-[\w-]{10,200}|xapp-[\w-]{10,200}|A(?:KIA|SIA|ROA|IDA)[A-Z0-9]{16}|AIza[\w-]{30,40}|ya29\.[\w-]{20,300}|npm_[A-Za-z0-9]{30,60}|hf_[A-Za-z0-9]{20,60}|SG\.[\w-]{16,64}\.[\w-]{16,64}|whsec_\w{16,100}|do[opr]_v1_[a-f0-9]{40,80}|pypi-[\w-]{40,200}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,64}|AGE-SECRET-KEY-1[A-Z0-9]{40,80}|eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,2000})?)/g;
const issuedHint =
  /sk-|k_live_|k_test_|gh[pousr]_|github_pat_|glpat-|xox|xapp-|A(?:KIA|SIA|ROA|IDA)|AIza|ya29\.|npm_|hf_|SG\.|whsec_|_v1_|pypi-|shp|AGE-|eyJ/;
/** A block cut off before its end line is a key all the same. */
const keyBlock =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g;
const bearer = /\b(?:bearer|basic)\s+(?<value>[A-Za-z0-9+/_.~-]{16,2000}={0,2})/gi;
const label =
  '(?:pass(?:word|code|phrase|wd)|pwd|api[ _-]?key|secret(?:[ _-]?(?:key|access[ _-]?key))?|(?:access|auth|bearer|refresh|api)[ _-]?token|client[ _-]?secret|contrase(?:ñ|n)a|passwort|mot de passe|senha)';
const assigned = new RegExp(`${label}["']?\\s{0,3}(?::|=>?|:=)\\s{0,3}["'\`]?(?<value>[^\\s"'\`,;]{4,200})`, 'giu');
const said = new RegExp(
  `${label}(?: for [\\w ]{1,30}| to [\\w ]{1,30})? (?:is|was|ist|es|est) ["'\`]?(?<value>[^\\s"'\`,;]{4,200})`,
  'giu',
);
const mine = new RegExp(
  `\\b(?:my|our|the|his|her) (?:[\\w-]{1,20} ){0,3}${label} (?:is|was) (?<value>[^\\s"'\`,;]{5,200})`,
  'giu',
);
const pin =
  /\b(?:pin|pin code|pin number|cvv2?|cvc|security code|one[- ]time code|otp|verification code)(?: is|:|=)?\s{1,3}(?<value>\d{3,8})\b/gi;

/** Words that follow "the password is" without being one. */
const notAValue =
  /^(?:not|the|too|very|wrong|incorrect|correct|invalid|weak|strong|required|expired|stored|being|always|never|hashed|empty|stolen|something|important|case|safe|string|str|text|null|none|undefined|true|false|input|about|that|also|used|still|still|process|only|your|already|leaked|encrypted|security|visible|known|necessary|needed|value|what|when|password)\b/i;

/** API keys, tokens, private keys and passwords: what opens something for whoever reads it. */
export function recogniseSecrets(text: string): Span[] {
  const spans = issuedHint.test(text) ? spansOfPattern(issued, 'SECRET', text) : [];
  if (text.includes('-----BEGIN')) spans.push(...spansOfPattern(keyBlock, 'SECRET', text));
  if (/bearer|basic/i.test(text)) spans.push(...spansOfPattern(bearer, 'SECRET', text, (value) => /\d/.test(value)));
  if (/pass|pwd|key|secret|token|contrase|mot de|senha/i.test(text)) {
    spans.push(
      ...spansOfPattern(
        assigned,
        'SECRET',
        text,
        (value) => looksChosen(value) || (/^\S{6,}$/.test(value) && quoted(text, value)),
      ),
      ...spansOfPattern(said, 'SECRET', text, looksChosen),
      ...spansOfPattern(mine, 'SECRET', text, (value) => !notAValue.test(value)),
    );
  }
  if (/pin|cv[vc]|code|otp/i.test(text)) spans.push(...spansOfPattern(pin, 'SECRET', text));
  return spans.map((span) => ({ ...span, end: span.end - trailing(text.slice(span.start, span.end)) }));
}

/** A digit or a symbol in it, which words of a sentence and names of variables do not have. */
function looksChosen(value: string): boolean {
  if (notAValue.test(value) || /^[<[{($]|^(?:process|os|self|this|config|env|req|request)\b|[({]$|\(\)?/.test(value))
    return false;
  return /\d/.test(value) || /[!@#$%^&*?+~]/.test(value.slice(0, -1));
}

function quoted(text: string, value: string): boolean {
  const at = text.indexOf(value);
  return (
    /["'`]/.test(text.charAt(at - 1)) &&
    /["'`]/.test(text.charAt(at + value.length)) &&
    !/[<{$]|your|example|password|secret/i.test(value)
  );
}

/** Full stops and brackets that belong to the sentence. */
function trailing(value: string): number {
  return value.startsWith('-----') ? 0 : (/[.,;:)\]]+$/.exec(value)?.[0].length ?? 0);
}
