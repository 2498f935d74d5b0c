/**
 * Capitalised words that everybody uses and that point at nobody in the conversation: brands and techniques, faiths and
 * feasts, the famous dead and the powerful, works and eras. Selection ours, from general knowledge.
 */
const brands = `
adidas adobe airbnb alexa alibaba android ansible anthropic apache apple arduino asana audible aws azure bard beautifulsoup bing bitbucket bitcoin blender bloomberg bluetooth bootstrap bosch bumble calm canva capcut cisco claude clickup
cloudflare coca codecademy cola copilot corsair coursera craigslist cursor dell depop discord disney django docker dreamweaver drupal duolingo ebay edx eloquent elasticsearch esp etsy ethereum eventbrite excel express facebook fedex fiverr
firebase firefox flask flutter ford gemini gimp git github gitlab glassdoor gmail godot golang google gpt grammarly grafana hadoop haskell headspace heroku hinge hulu ibm ikea indeed instagram intel iphone ipad jenkins jira jquery
jupyter kafka keras kindle kotlin kubernetes lambda langchain laravel latex lego lidl linkedin linux llama lua lyft mac macbook mailchimp mastodon matlab matplotlib maven mcdonalds medium messenger meta microsoft minecraft mistral mongodb moodle mozilla
mysql nest netflix netlify nginx nike nintendo node notion npm numpy nvidia obsidian okcupid onedrive openai opencv oracle outlook pandas patreon paypal pepsi perl perplexity photoshop php pinterest playstation pokemon pokémon postgres postgresql powerpoint
powershell prisma prometheus pygame pytest python pytorch qwen react reddit redis roblox roku ruby rust safari salesforce samsung sas scala scikit selenium shopify siri skype slack snapchat sony soundcloud spacex spotify
sql sqlite sqlalchemy squarespace stackoverflow starbucks steam stripe substack svelte swift tailwind teams telegram tensorflow terraform tesla tiktok tinder toyota trello tripadvisor trustpilot tumblr twitch twitter typescript uber ubuntu udemy unity upwork
vercel verizon vimeo vim visa vite vue walmart whatsapp wikipedia windows wordpress xbox xcode xero yahoo yelp youtube zapier zendesk zillow zoom javascript java kimi deepseek grok replika wordle scrum kanban agile pomodoro
`;
const faiths = `
abraham abrahamic adam allah anglican apollo aphrodite armageddon athena ayurveda ayurvedic babel baptist bhagavad bible bodhi brahma brahman buddha buddhahood buddhism buddhist calvinism calvinist catholic catholicism celtic chakra chakras christ christian christianity christmas
confucian confucianism confucius dao daoism dharma diwali easter eden eid exodus feng galatians gita gnostic gnosticism god godhead goddess gospel hades halal halloween hanukkah hebrew hell hermes hermetic hindu hinduism islam islamic isis jainism jehovah jesuit jesus
jew jewish judaism kabbalah karma koran kosher krishna kwanzaa lent lord lucifer lutheran mahayana mandala medusa mennonite messiah methodist mormon moses muhammad muslim nirvana noah nostradamus odin olympus orthodox osiris pagan paganism passover pentecostal pilates poseidon
presbyterian protestant protestantism psalm puritan quaker quran rabbinic ramadan reiki sabbath samsara sanskrit satan scientology shia shinto shiva sikh sikhism stoic stoicism sufi sufism sunni sutra talmud tantra tao taoism taoist tarot thanksgiving theravada thor torah
unitarian upanishads vatican vedanta vedas vedic venus vishnu wicca wiccan yahweh yin yang yoga yom kippur zen zeus zionism zodiac aquarius aries capricorn libra pisces sagittarius scorpio taurus virgo
`;
const famous = `
aesop alexander archimedes aristotelian aristotle asimov aurelius austen bach bandura bayes bayesian beck beethoven bentham bernoulli bezos biden bohr boltzmann bowlby brontë buffett caesar camus cartesian chomsky churchill clausius cleopatra clinton columbus copernicus curie
dalai dali dante darwin darwinian descartes dickens dostoevsky dunning einstein elon emerson epictetus epicurean epicurus erikson euclid euler faraday fermat feynman fibonacci foucault frankenstein frankl franklin freud freudian galileo gandhi gates gatsby gauss gaussian gödel goethe
gottman hamlet hawking hayek hegel heidegger heisenberg hemingway hippocrates hitler hobbes homer hume hubble huxley jobs jung jungian kafka kafkaesque kahneman kant kantian kardashian keats kepler keynes keynesian kierkegaard kinsey kondo kruger lincoln lenin
linnaeus locke machiavelli machiavellian macbeth magna carta malthus mandela mao marx marxism marxist marxian maslow maxwell mendel mendeleev merkel michelangelo milgram mill milton mozart musk napoleon nash newton newtonian nietzsche nixon nobel obama occam odysseus oedipus orwell orwellian
pascal pasteur pavlov pavlovian picasso planck plato platonic poe popper putin pythagoras pythagorean rawls rawlsian reagan rembrandt ricardo roosevelt rorschach rousseau rumi russell sagan sartre schopenhauer schrodinger schrödinger seneca shakespeare shakespearean sherlock skinner socrates socratic spinoza stalin stanislavski
stockholm tchaikovsky tesla thatcher thoreau tocqueville tolkien tolstoy trump turing twain vinci voltaire vygotsky washington wilde winnicott wittgenstein yalom zelensky zuckerberg
`;
const works = `
achilles alzheimer alzheimers antarctic antarctica arctic asperger asperger's babylon babylonian baroque batman bluebeard bollywood bourgeois bourgeoisie brexit broadway bronze byzantine cambrian cenozoic confederate cretaceous crohn crusades cthulhu dickensian disneyland dracula druid dunkirk edwardian elizabethan
emmy enneagram eurovision everest frodo gamestop gandalf gestalt goth gothic grammy greco gregorian hashimoto hamas harvard hezbollah hippocratic hobbit hobbits hogwarts holocaust hollywood imax interpol jazz jedi jurassic kindle kubrick ku klux krishna lgbt
marvel mba medicare medicaid mercator mesopotamia mesopotamian mesozoic mona morse nascar nasdaq nato nazi nazis nazism neanderthal neolithic nobel obamacare olympian olympic olympics oscar oscars oxbridge oxford paleo paleolithic parkinson pentagon pleistocene pluto potter precambrian pulitzer quidditch
reddit redditors renaissance romanesque romanticism ronin samurai senate shogun silicon simpsons sith spiderman stonehenge superman sudoku syndrome tardis tetris titanic tourette triassic tudor uranus neptune victorian viking vikings vulcan waterloo wimbledon xanax yale yiddish zodiac
abilify adderall advil ambien aspirin ativan benadryl botox celexa cymbalta effexor ibuprofen klonopin lexapro lithium lsd mdma metformin naloxone narcan nyquil ozempic paxil prozac ritalin ssri ssris tylenol valium viagra vicodin vyvanse wellbutrin xanax zoloft
a.m p.m mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec am pm gmt utc est pst cet ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx xxi
american americans african africans european europeans asian asians english earth eu un europe asia africa america antarctica britain eurasia scandinavia mediterranean atlantic pacific caribbean balkans midwest oceania
alice bob eve
`;

const set: ReadonlySet<string> = new Set(`${brands} ${faiths} ${famous} ${works}`.trim().split(/\s+/));

/** Whether a lower-case word is a capitalised word that names nobody concerned. */
export function isWellKnown(small: string): boolean {
  return set.has(small);
}
