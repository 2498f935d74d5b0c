import { type Reading, read } from './reading.ts';
import { type Span, spansOfPattern } from './span.ts';

const network =
  'twitter|instagram|insta|telegram|discord|snap(?:chat)?|tik ?tok|reddit|github|facebook|steam|twitch|mastodon|bluesky|wechat|skype|line';
const named =
  /\b(?:handle|user ?name|login|screen name|gamertag|account name|user ?id|usuario|usuário|nom d['’]utilisateur|benutzername|nutzername|nome utente|gebruikersnaam)(?: on [\w ]{1,20})? ?(?:is|was|:|=|es|est|ist|è|é) ?["'`]?(?<value>@?[\w.#-]{3,40})/gi;
const at = new RegExp(
  `\\b(?:${network}|follow me|add me|dm me|find me|message me|reach me)\\b[^@\\n]{0,25}(?<value>@[\\w.]{3,40})`,
  'gi',
);
/** With a digit in it hardly anything else: decorators, packages and mentions of rules have none. */
const numbered = /(?<![\w@./])@(?=\w{0,29}\d)[A-Za-z_]\w{3,29}(?![\w/@])/g;
const reddit = /(?<![\w/])\/?u\/(?<value>[\w-]{3,24})\b/g;
const homeFolder = /(?:\/(?:home|Users)\/|[A-Z]:\\Users\\)(?<value>[\w.-]{2,40})/g;
const notAHandle =
  /^(?:the|not|a|an|already|taken|required|invalid|string|wrong|admin|root|user|shared|public|null|undefined|your|available|unique|name|in|what|that)\b/i;

/** Names on networks and on machines: they lead to a person as surely as a phone number. */
export function recogniseHandles(text: string, reading: Reading = read(text)): Span[] {
  return [
    ...(reading.marks.accounts.length > 0
      ? spansOfPattern(named, 'HANDLE', text, (value) => !notAHandle.test(value) && (/[\d_@.#-]/.test(value) || value.length > 5))
      : []),
    ...(text.includes('@') ? [at, numbered].flatMap((pattern) => spansOfPattern(pattern, 'HANDLE', text)) : []),
    ...(text.includes('u/') ? spansOfPattern(reddit, 'HANDLE', text) : []),
    ...(/Users|\/home/.test(text) ? spansOfPattern(homeFolder, 'HANDLE', text, (value) => !notAHandle.test(value)) : []),
  ];
}
