/** What people of a country, a people or a region are called, in English. Public facts; the selection is ours. */
const peoples = `
afghan afghani albanian algerian andorran angolan antiguan argentine argentinian argentinean armenian aruban australian austrian azerbaijani azeri bahamian bahraini bangladeshi barbadian bajan basotho basque batswana belarusian belgian belizean belizian beninese bermudian bhutanese
bolivian bosnian botswanan brazilian british britons bruneian bulgarian burkinabe burmese burundian cambodian cameroonian canadian catalan chadian chilean chinese colombian comorian congolese corsican costarican croatian croat cuban cypriot czech danish dane dominican dutch
ecuadorian ecuadorean egyptian emirati eritrean estonian ethiopian faroese fijian filipino filipina finnish finn french gabonese gambian georgian german ghanaian ghanian greek greenlandic grenadian guatemalan guinean guyanese haitian honduran hungarian icelandic icelander indian
indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kazakhstani kenyan korean kosovar kosovan kurdish kurd kuwaiti kyrgyz lao laotian latvian lebanese liberian libyan liechtensteiner lithuanian luxembourgish luxembourger macedonian
malagasy malawian malaysian maldivian malian maltese maori māori mauritanian mauritian mexican moldovan monegasque mongolian montenegrin moroccan mozambican namibian nepali nepalese nicaraguan nigerian nigerien norwegian omani pakistani palestinian panamanian paraguayan
persian peruvian polish pole portuguese qatari romanian romani russian rwandan salvadoran salvadorian samoan saudi scottish scot senegalese serbian serb seychellois singaporean slovak slovakian slovene slovenian somali spanish spaniard srilankan sudanese surinamese swazi swede
swedish swiss syrian taiwanese tajik tanzanian tatar thai tibetan togolese tongan trinidadian tunisian turkish turk turkmen tuvaluan ugandan ukrainian uruguayan uzbek vanuatuan venezuelan vietnamese welsh yemeni zambian zimbabwean
kittitian nevisian lucian marshallese micronesian nauruan palauan sammarinese vincentian caymanian gibraltarian macanese herzegovinian motswana mosotho vanuatu englishman englishwoman welshman irishman irishwoman frenchman frenchwoman dutchman dutchwoman scotsman scotswoman zealander kiwi aussie rican lankan verdean islander faeroese chechen abkhaz ossetian bashkir chuvash sinhalese sikkimese kashmiri pashtun hmong karen rohingya berber tuareg amhara oromo tigrayan tutsi hutu breton corsican sardinian galician flemish walloon moravian silesian ruthenian prussian saxon ottoman babylonian assyrian
american african asian european hispanic latino latina latinx scandinavian siberian slavic bavarian sicilian texan californian hawaiian uyghur tamil punjabi bengali gujarati zulu xhosa yoruba igbo hausa cherokee navajo apache inuit sami
`;

/** Faiths and political groups: they say something about a person only where the person is said to be one. */
const groups = `
muslim christian catholic protestant jewish jew hindu buddhist sikh jain mormon orthodox lutheran methodist baptist presbyterian anglican evangelical pentecostal quaker atheist agnostic pagan wiccan shia sunni sufi bahai rastafarian
republican democrat conservative liberal socialist communist marxist libertarian anarchist leftist nationalist tory labour green fascist
`;

const split = (words: string): string[] => words.trim().split(/\s+/);
const plurals = (words: readonly string[]): string[] => words.flatMap((word) => [word, `${word}s`]);

export const nationalities: ReadonlySet<string> = new Set(plurals(split(peoples)));
export const beliefs: ReadonlySet<string> = new Set(plurals(split(groups)));
