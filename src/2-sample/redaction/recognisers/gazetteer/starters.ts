/** Function words that begin sentences and greetings: a capital there says nothing, and no name begins or ends with them. */
const words = `
i i'm i’m i've i’ve i'd i’d i'll i’ll im a an the this that these those it it's it’s its he he's he’s she she's she’s we we're we’re we've we’ve we'll we’ll they they're they’re you you're you’re you've you’ve your my our his her their me 
and but or nor so yet if then than as at by for from in into of off on onto out over to up with without about above after again against along among around because before behind below beneath beside between beyond during except inside like near
outside since through throughout till toward towards under until upon via while when where whether which who whom whose why what what's what’s how there there's there’s here here's here’s let let's let’s please yes no not do does did don't don’t doesn't doesn’t didn't didn’t is isn't isn’t are aren't aren’t was were am be been
have has had can can't can’t cannot could would should shall will won't won’t may might must now also however although though even every each all any some such only just still once perhaps maybe hi hello hey dear thanks thank welcome sorry goodbye bye ok okay
mr mrs ms miss mx dr prof sir madam mister mme mlle herr frau señor señora
ich ist das der die ein eine und oder aber wir sie er es mein meine bitte wenn je j'ai j’ai tu il elle nous vous ils elles un une et ou mais mon ma mes merci una y pero mi mis yo hola gracias um uma e eu meu minha olá obrigado io il gli uno ma mio mia ciao grazie ik het een en maar mijn
`;
const set: ReadonlySet<string> = new Set(words.trim().split(/\s+/));

/** Whether a lower-case word can only begin a sentence, never a name. */
export function isStarter(small: string): boolean {
  return set.has(small);
}
