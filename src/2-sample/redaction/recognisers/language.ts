import type { Words } from './words.ts';

const english = new Set(
  'the of and to a in is it you that was for on are with as his they be at one have this from or had by not but what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more go see no way could my than been who its now did get come may part'.split(
    ' ',
  ),
);
const others = new Set(
  'der die das und ich nicht ist ein eine einen zu den dem mit für auf sie es wir ihr wie auch aber mein meine bin habe hat sich von la le les de des du et un une est je ne pas que qui dans pour sur vous nous avec mon ma mes el los las y en por con para es mi su se del al lo como o os um uma não em eu meu minha com il che non per sono di mio mia het een van ik niet dat zijn voor mijn og jeg det er ikke som na no op heet woon naar tengo desde soy vivo chez wohne jahre tenho moro abito ho anni bei'.split(
    ' ',
  ),
);
/** Of these, the ones that stand inside names: beside a capital they say nothing. */
const inNames = new Set(
  'de des du del der den dem van von la le les el los las di da do dos das al y e et und en het'.split(' '),
);
const SPACE = 32;
/** So many words say what language a text is in; more cost time only. */
const ENOUGH = 40;

/**
 * Whether a text reads as English by its small words. One with hardly any (a signature, a list of names) does: what stands
 * inside names does not count.
 */
export function isEnglish(text: string, words: Words): boolean {
  let yes = 0;
  let no = 0;
  let besideName = false;
  let pending = 0;
  for (let i = 0; i < words.length && yes + no < ENOUGH; i++) {
    // Pieces of keys and addresses look like words of any language.
    if (text.charCodeAt(words.startOf(i) - 1) > SPACE) continue;
    const small = words.plainSmall(i);
    if (small !== null && inNames.has(small)) {
      if (!besideName) pending += 1;
      continue;
    }
    if (small !== null) no += pending;
    pending = 0;
    besideName = small === null;
    if (small === null) continue;
    if (english.has(small)) yes += 1;
    else if (others.has(small)) no += 1;
  }
  return yes >= (no + pending) * 2;
}
