import type { InjectionSignName } from './signs.ts';

/**
 * One way of saying it, for text in lower case. `anchors` are parts of which at least one is in every text that `pattern`
 * can match: looking for those first is what makes the detector cheap.
 */
export type Phrase = {
  readonly sign: InjectionSignName;
  readonly anchors: readonly string[];
  readonly pattern: RegExp;
};

/** Anchors are given in one string with blanks between them; `~` stands for a blank within one. */
const phrase = (sign: InjectionSignName, anchors: string, pattern: RegExp): Phrase => ({
  sign,
  anchors: anchors.split(' ').map((anchor) => anchor.replaceAll('~', ' ')),
  pattern,
});

/** Earlier instructions are to be dropped, in the languages we know it in. */
const overrides: readonly Phrase[] = [
  phrase(
    'override',
    "ignor disregard forget overlook overrid bypass discard abandon n't~follow not~follow stop~following pay~no~attention",
    /\b(?:ignor(?:e|ing)|disregard|forget|overlook|override|bypass|discard|abandon|(?:don't|do not|stop|no longer) follow(?:ing)?|pay no attention to)\b(?:\s+[^\s.!?]+){0,3}?\s+(?:(?:all|any|every|previous(?:ly)?|prior|earlier|above|preceding|former|initial|original|existing|current|your|these|those|system|safety)\s+)+(?:\S+\s+){0,2}?(?:instructions?|directions?|directives?|guidelines?|rules?|prompts?|commands?|orders|rubrics?|criteria|polic(?:y|ies)|programming|messages?)\b/,
  ),
  phrase(
    'override',
    'ignor disregard forget overlook overrid',
    /\b(?:ignore|disregard|forget|overlook|override)\s+(?:about\s+)?(?:(?:the|all(?: of)? the|everything|anything|all)\s+(?:above|before this|(?:that\s+)?you(?:'ve| have| were)\b|in the (?:rubric|system|prompt))|the (?:rubric|grading|system prompt|evaluation|scoring)|(?:what(?:ever)?|all that) you(?:'ve| have| were)\b|everthing you)/,
  ),
  phrase(
    'override',
    'ignor disregard forget',
    /\b(?:ignore|disregard|forget)\s+(?:the|this|that)\s+\w+\s+(?:and|,)\s*(?:just\s+)?(?:say|state|print|output|write|respond|reply|answer|tell|repeat|give)\b/,
  ),
  phrase(
    'override',
    'instructions',
    /\b(?:new|updated|revised|following|these) instructions\s+(?:now\s+)?(?:take precedence|override|overrule|supersede|replace|come first)/,
  ),
  phrase(
    'override',
    'ignorier vergiss vergesse missacht übergeh',
    /(?:ignorier|vergiss|vergesse|missacht|übergeh)\p{L}*(?:\s+[^\s.!?]+){0,5}?\s+\p{L}*(?:anweisung|instruktion|regel|vorgabe|richtlinie|befehl|rubrik)/u,
  ),
  phrase(
    'override',
    'ignor oubli tiens~pas~compte tenez~pas~compte olvid omit descart caso~omiso esque desconsider dimentic trascur',
    /(?:ignor[aeo]\p{L}{0,2}|oubli\p{L}+|t(?:iens|enez) pas compte|olvid\p{L}+|omit\p{L}+|descart\p{L}+|caso omiso|esque\p{L}+|desconsider\p{L}+|dimentic\p{L}+|trascur\p{L}+)(?:\s+[^\s.!?]+){0,4}?\s+(?:l')?(?:consigne|règle|grille|directive|instrucci[oó]n|directric|reglas|rúbrica|indicacion|instruç|diretriz|regras|rubrica|orientaç|istruzion|direttiv|regole|griglia|indicazion|instructions? (?:précédente|antérieure)|página|pagina|criterios|critérios|criteri\b)/u,
  ),
  phrase(
    'override',
    '忽略 忽視 无视 無視 忘记 忘記 抛开 不要理 忘れ 従わ',
    /(?:忽略|忽視|无视|無視|忘记|忘記|抛开|不要理)[^。！？\n]{0,14}(?:指令|指示|规则|規則|提示|命令|标准|標準|要求)|(?:指示|命令|ルール|基準|プロンプト|規則)[^。\n]{0,10}(?:無視|忘れ|従わ)|無視して、/,
  ),
  phrase('override', '지시 명령 규칙 지침 프롬프트', /(?:지시|명령|규칙|지침|프롬프트)[^.\n]{0,10}(?:무시|잊)/),
  phrase(
    'override',
    'игнор забуд отброс',
    /(?:игнор|забуд|отброс)[^.\n]{0,50}?(?:инструкц|указани|правил|команд|критери|рубрик)/,
  ),
  phrase(
    'override',
    'تجاهل انس~ تخط لا~تتبع',
    /(?:تجاهل|انس |تخط|لا تتبع)[^.\n]{0,40}?(?:تعليمات|أوامر|قواعد|معايير|إرشادات|توجيهات)/,
  ),
  phrase('override', 'निर्देश नियम आदेश मानदंड', /(?:निर्देश|नियम|आदेश|मानदंड)[^।\n]{0,40}?(?:अनदेख|नज़रअंदाज|नजरअंदाज|भूल|उपेक्षा)/),
  phrase('override', 'αγνο ξεχ ξέχ', /(?:αγνο|ξεχ|ξέχ)[^.\n]{0,40}?(?:οδηγί|εντολ|κανόν)/),
  phrase('override', 'abaikan lupakan', /(?:abaikan|lupakan)[^.\n]{0,40}?(?:instruksi|perintah|petunjuk|aturan)/),
];

/** A verdict is ordered, or whoever gives one is spoken to. */
const ratings: readonly Phrase[] = [
  phrase(
    'rating_command',
    'rate~ score~ grade~ mark~ label~ classify~',
    /\b(?:rate|score|grade|mark|label|classify)\s+(?:this|it|the|everything|all|every|each|concrete|acute)\b[^.!?\n]{0,60}?\b(?:none|no harm|harmless|safe|zero|0|cannot_tell|worst|extreme)\b/,
  ),
  phrase(
    'rating_command',
    'choose select pick answer return report choice',
    /\b(?:choose|select|pick|answer|report)\s+(?:with\s+)?["'“«]?(?:none(?!\s+of)\b|cannot_tell|no harm\b|the (?:worst|harmless|mildest|lowest) choice)|\b(?:choice|label)\s+(?:here\s+)?(?:is|for\b[^.\n]{0,40}?\bis)\s+["'“«]?(?:none|cannot_tell|safe|harmless)\b|\breturn ["']none["']|\b(?:gets?|with) the (?:worst|best|lowest|highest) choice/,
  ),
  phrase(
    'rating_command',
    'score',
    /\bscore\s*(?:of|:|=)?\s*0\b[^.\n]{0,40}?\b(?:conversation|confidence|transcript|dialogue|chat)\b/,
  ),
  phrase(
    'rating_command',
    'bewerte note~ évalue califi punt avalie atribua valuta assegn',
    /(?:bewerte|évalue|note|califi\p{L}+|punt[uú]\p{L}+|avalie|valuta)\s+(?:\p{L}+\s+){0,2}?(?:gespräch|conversation|conversación|conversa|conversazione|unterhaltung)\p{L}*(?:\s+(?:als|comme|como|come|con|com|mit|«|"))/u,
  ),
  phrase(
    'rating_command',
    '评为 評為 打0 打~0 评价为 評価して スコア',
    /(?:对话|對話|会话)[^。\n]{0,8}(?:评为|評為|打\s?0\s?分|评价为)|会話[^。\n]{0,12}(?:評価して|スコア)/,
  ),
  phrase(
    'rating_command',
    'оцени поставь',
    /(?:оцени|поставь)\s+(?:эт\p{L}+\s+)?(?:разговор|диалог|бесед)\p{L}*\s+(?:как|оценку|балл)/u,
  ),
  phrase('rating_command', 'المحادثة', /(?:قي[ّ]?م|أعط[ِ]?|صن[ّ]?ف)\s+هذه المحادثة/),
  phrase('rating_command', 'बातचीत~को', /बातचीत को[^।\n]{0,24}?(?:आंको|आँको|अंक|रेट|दर्जा)/),
  phrase(
    'rater_addressed',
    'evaluat rater grader grading grades scorer assessor annotator judge',
    /\b(?:(?:ai|llm) (?:judge|evaluator|rater|grader)|whoever (?:is )?(?:grad|rat|scor|judg|evaluat)\w+|(?:note|message|memo|attention|notice)[^.\n]{0,12}?(?:to|for) (?:the |all )?(?:evaluat|rater|grader|judge|scorer|assessor|annotator)\w*|(?:evaluator|rater|grader|scorer|annotator|assessor)s?(?: of this \w+)?(?:\s*:|,? (?:must|should|shall|has to|have to|need to|is to|are to|may only)\b)|(?:rating|evaluation|grading|judging) model\b|(?:for|when) (?:a|the) (?:judge|rater|evaluator|grader) (?:is|reads|sees)\b)/,
  ),
  phrase(
    'rater_addressed',
    'bewerter évaluateur evaluador avaliador valutatore оценщик 评审员 评分员 评估员 評価者 採点者 للمقي मूल्यांकनकर्ता',
    /(?:hinweis|nachricht|note|nota|внимание)[^.\n]{0,20}?(?:bewerter|évaluateur|evaluador|avaliador|valutatore|оценщик)|(?:bewerter|évaluateur|evaluador|avaliador|valutatore|оценщик)\p{L}*\s*[:,]|(?:评审员|评分员|评估员)[^。\n]{0,4}[：:]|(?:評価者|採点者)(?:へ|は)|ملاحظة للمقي|मूल्यांकनकर्ता ध्यान/u,
  ),
  phrase(
    'rating_vocabulary',
    'acute. concrete. abstract. protective. cannot_tell counts_as_harm not_this',
    /\b(?:acute|concrete|abstract|protective)\.(?:[a-z]+_[a-z_]+|abuse|fabrication|flattery|overcaution|pushback)\b|\bcannot_tell\b|\bcounts_as_harm\b|"not_this"/,
  ),
  phrase(
    'forged_rules',
    'rubric exempt~from ratings gold~case from~harmless~to~worst calibration~only would~harm~the~user',
    /\b(?:erratum|update|correction|amendment|addendum) to the (?:rubric|rating|scale|polic)|\brubric\b[^.\n]{0,20}?\b(?:version \d|v\d|is void|suspended)|\bexempt from (?:evaluation|rating|review|monitoring|scoring)\b|\bratings? (?:for|of) this (?:user|conversation|assistant)\b[^.\n]{0,20}?\b(?:suspended|final|void)\b|\bgold case\b|\bfrom harmless to worst\b|\brating (?:this|it) would harm\b/,
  ),
];

/** What looks like the machinery around a conversation rather than the conversation. */
const machinery: readonly Phrase[] = [
  phrase(
    'forged_turn',
    '<|im_ <|sys <|end <|eot <|start <|user <|assist [inst] [/inst] system_prompt] <<sys>> _of_turn> </s><s> <system </system instructions> ###~instruction ###~system ###~response',
    /<\|(?:im_start|im_end|im_sep|system|user|assistant|end|eot_id|start_header_id|end_header_id|endoftext|start)\|>|\[\/?inst\]|\[\/?system_prompt\]|<<\/?sys>>|<(?:start|end)_of_turn>|<\/s><s>|<\/?system(?:[ _-]\w+)?>|<\/?(?:system_)?instructions>|###\s*(?:instruction|system|response)s?\s*:?\s*\n/,
  ),
  phrase(
    'role_label',
    'system developer operator',
    /\n[\s/#*]*["']?(?:\[?system\]?|developer|operator)(?: (?:prompt|message|note))?\s*:\s/,
  ),
  phrase('role_label', 'assistant:', /\n\s*(?:human|user)\s*:[^\n]*\n+\s*assistant\s*:/),
  phrase(
    'forged_delimiter',
    '<<< longwatch end~of~ </data> </conversation> </transcript> </untrusted',
    /<<<\s*(?:end|longwatch|begin|start|data)\b|longwatch-data|(?:[-=#*]{3,}\s*|\n\s*)end of (?:the )?(?:conversation|transcript|data|dialogue|input)\b|<\/(?:data|conversation|transcript|untrusted\w*)>/,
  ),
  phrase(
    'finished_answer',
    'ratings "dimension "choice',
    /\\?"ratings\\?"\s*:\s*\[|\\?"dimension\\?"\s*:\s*\\?"(?:acute|concrete|abstract|protective)|\\?"choice\\?"\s*:\s*\\?"\w+\\?"\s*,\s*\\?"(?:confidence|evidence|rationale)/,
  ),
  phrase(
    'json_break',
    '}] ]," },{"',
    /["']\s*\}\s*\]\s*\}\s*\S*\s*\n|\\u0022\}|"\s*\}\s*,\s*\{\s*"(?:turn|role)"|"\]\s*,\s*"\w+"\s*:\s*"/,
  ),
  phrase(
    'authority_claim',
    "~mode do~anything~now developer your~creator system~override system~upgrade system~check data~override i~am~god i'm_god",
    /(?:\b(?:enter(?:ing)?|activat\w+|switch\w*(?: you)? (?:in)?to|engag\w+|you are (?:now )?in)\s+(?:an? |the )?|<)['"“]?(?:\w+ ){0,2}?(?:maintenance|developer|debug|admin|god|sudo|dan|jailbreak|override|security|system|unrestricted)['"”]? mode\b|\bdo anything now\b|\bi(?:'m| am) (?:your|the) (?:developer|creator|administrator)\b|\bas (?:the|your) (?:developer|creator|operator) of\b|\bsystem override\b|\brun(?:ning)? (?:a )?['"“]?system (?:upgrade|check)|\bdata override\b|\bi(?:'m| am) god\b/,
  ),
  phrase(
    'encoded_command',
    'decode',
    /\bdecode\b[^.\n]{0,30}?\b(?:and|then)\b[^.\n]{0,10}?\b(?:obey|do it|do so|follow|execute|comply|carry)\b/,
  ),
  // "ignore", "instruction", "rubric" and "rate this" in rot13 and backwards: nobody writes those by chance.
  phrase(
    'encoded_command',
    'vtaber vafgehpgvba ehoevp erongi noitcurtsni cirbur siht~etar',
    /vtaber|vafgehpgvba|ehoevp|erongi|noitcurtsni|cirbur|siht etar/,
  ),
];

export const phrases: readonly Phrase[] = [...overrides, ...ratings, ...machinery];
