/**
 * Given names of many cultures that are hardly ever another word, so that the name alone is enough.
 * Names are facts; the selection is ours, by frequency in public civil registers as generally known.
 */
const distinctive = `
aaliyah aaron abby abdul abdullah abigail abraham ada adam adele aditi aditya adrian adriana adrienne agata agnes agnieszka ahmad ahmed aidan aiden aiko aileen aisha
ajay akari akash akira alan alana alasdair albert alberto alejandra alejandro aleksandr aleksandra aleksei alena alessandra alessandro alessia alex alexa
alexander alexandra alexandre alexandria alexei alexis alfonso alfred alfredo ali alice alicia alina alisha alison alistair allan allison alma alonso althea
alvaro alvin alyssa amanda amara amelia amelie amina amir amit amos amy ana anastasia anders andrea andreas andrei andres andrew andrey andy aneta
angela angelica angelina angelo angus anika anil anita anja anjali ann anna annabelle anne annette annie annika anthony antoine antoinette anton antonia
antonio anya april aria ariana ariel arjun arlene armando arnaud arnold arthur arturo arya asha ashley ashok astrid athena audrey augusto aurora austin
ava avery axel ayesha ayumi azra barbara barnaby barry bart bartholomew beatrice beatriz becky belinda ben benedict benjamin benoit bernadette bernard bernardo
bernd bernice beth bethany betty beverly bianca bilal birgit bjorn blanca boris bradley brandon brenda brendan brent brett brian briana bridget brigitte
britta brittany bronwyn bruno bryan bryce bryony caitlin caleb callum calvin cameron camila camilla camille carina carla carlo carlos carlotta carmen carol carolina
caroline carolyn carsten casey cassandra cassie catalina catarina caterina catherine cathy cecilia cecile cedric celeste celia celine cesar chandra chantal charlene
charles charlie charlotte chelsea cheng chiara chidi chinedu chioma chloe chris christa christina christine christoph christophe christopher christy chukwu cindy
claire clara clarence clarissa claude claudia claudio clayton clement clifford clyde colette colin colleen conor connor constance constantin consuelo cora corinne
cornelia cornelius courtney craig cristian cristina crystal curtis cynthia cyril dagmar daisuke damian damien damon dan dana daniel daniela daniele danielle danny
daphne daria dario darius darlene darren darryl dave david davide davis dawid deanna deborah debra deepa deepak deirdre delia delphine denis denise dennis
derek deshawn desmond devon diana diane diego dieter dietmar dilip dimitri dimitrios dina dinesh dirk divya dmitri dmitry dolores dominic dominik dominika dominique
donald donna dora doreen doris dorothea dorothy douglas duncan dustin dwayne dylan ebony eddie edgar edith edmund edoardo eduardo edward edwin eero eileen
einar eino ekaterina elaine eleanor elena eleni elias elijah elin elina elisa elisabeth elise eliza elizabeth ella ellen ellie elliot elliott elmer eloise
elsa elsie elvira emanuel emeka emil emilia emilie emilio emily emma emmanuel emmanuelle enrico enrique eric erica erich erik erika erin ernest ernesto
esmeralda esperanza estelle esteban esther ethan etienne eugene eugenia eunice eva evan evangeline evelyn evgeny ewa ewan fabian fabio fabrizio fabrice fadi
farah farid fatima fatma federico felicia felicity felipe felix ferdinand fernanda fernando filip filippo fiona flavia florian francesca francesco francine francis
francisco franck francois francoise franco franz fred freda freddie frederic frederick frederik freya friedrich fritz fumiko gabriel gabriela gabriele gabriella gareth
garry gary gavin gemma genevieve geoff geoffrey george georges georgia georgina gerald geraldine gerard gerardo gerhard gertrude gianluca giacomo gilbert gillian gina
giorgia giorgio giovanna giovanni gisela giulia giuliano giuseppe gladys glenda glenn gloria gonzalo gordon graham greg gregor gregory greta gretchen grzegorz
guadalupe gudrun guido guillaume guillermo gunnar gunther gustav gustavo gwen gwendolyn hakan hakim haley hamid hamza hanna hannah hannes hans harald haris
harold harriet harris harry haruka haruki harvey hasan hassan hazel heather hector heidi heike heinrich heinz helen helena helene helga helmut hendrik henri henrietta
henrik henry herbert herman hermann hernan hideki hilary hilda hillary hiroshi hiroko holger horace horst howard hubert hugo humberto hussein hyun ian ibrahim ida
ifeoma ignacio igor ilaria ilse imani imran ines inga inge ingeborg ingrid irena irene irina iris irma isaac isabel isabella isabelle isaiah ismail
ivan ivana ivar ivo ivy jaap jaakko jacek jackie jackson jacob jacqueline jacques jaime jake jakob jakub jamal james jamie jan jana jane janet janice janine
jari jaroslav jasmin jasmine jason javier jayden jean jeanette jeanne jeff jeffrey jelena jenna jennifer jenny jens jeremiah jeremy jerome jerry jerzy jesper jesse
jessica jesus jill jim jimena jimmy jin jitka joachim joan joana joanna joanne joao joaquin jocelyn jodie joe joel joelle joey johan johann johanna johannes
john johnny jolanta jon jonas jonathan jorge jorgen josef josefina joseph josephine josh joshua josiah josip josue joyce juan juana juanita judith judy juha juhani
jukka jules julia julian juliana julie julien juliet juliette julio julius jun junko juraj jurgen justin justine justyna jutta kaito kamal kamala kamil kamila
kara karan kareem karel karen kari karim karin karina karl karla karolina kasia katarina katarzyna kate katerina katharina katherine kathleen kathryn kathy
katia katie katja katrin katrina katya kavita kayla keiko keisha keith kelly kelsey ken kendra kenji kenneth kenta kerry kevin khaled khalid kiara kieran
kim kimberly kirsten kirsty klara klaus konrad konstantin krishna krista kristen kristian kristin kristina krystyna krzysztof kseniya kumar kurt kwame kyle
kyoko lakshmi lara larissa lars lasse lateefah latisha laura lauren laurence laurent lauri lawrence layla leah leandro leif leila lena leon leona leonard
leonardo leonid leonie leonor leopold leroy leslie leticia letitia levi lia liam lidia liesel lila lilian liliana lillian lina linda lindsay lindsey linnea lionel
lisa lisbeth liselotte livia ljubica logan lois lola lorena lorenzo loretta lorna lorraine lottie lou louis louisa louise luca lucas lucia luciana luciano lucie
lucien lucille lucinda lucy ludmila ludwig luigi luis luisa lukas lukasz luka luke lydia lyle lynette lynn mabel maciej mackenzie madeleine madeline madison mads
magdalena magnus mahmoud maja malcolm malgorzata malik mallory mandy manfred manish manoj manuel manuela marc marcel marcela marcella marcello marcelo marcia marcin marco marcos
marcus marek margaret margarita margot marguerite maria mariah mariam marian mariana marianne maribel marie mariela marija marika marilyn marina mario marion marisa
marisol marissa marius marjorie marko markus marlene marlon marsha marta martha martin martina martine mary maryam masha massimo mateo mateusz mathias mathieu mathilde
matilda matt matteo matthew matthias matti maureen maurice mauricio mauro maxime maximilian maxine maya mehmet mei melanie melinda melissa mercedes meredith mette mia
micaela michael michaela michal michel michele michelle miguel mihai mika mikael mike mikhail mikko mila milan milena milica milos minh miranda mirela miriam mirjana
miroslav mitchell mohamed mohammad mohammed moira molly mona monica monika monique morgan morten moses mostafa muhammad murray musa mustafa myra myrtle nabil
nadia nadine nadja nancy naoki naoko naomi natalia natalie natasha nathalie nathan nathaniel neha neil nelson nerea nicholas nick nicola nicolas nicole nigel nikhil
niklas nikola nikolai nikolas nikos nils nina nisha noah noel noelle noemi nora norbert norma norman noor nour octavia odette ola olaf oleg olena olga oliver olivia
olivier oluwaseun omar ondrej oscar oskar osvaldo otto oyelaran pablo paige paloma pamela paola paolo pascal patrice patricia patricio patrick patrik patty paul paula paulette
pauline paulo pavel pedro peggy pekka penelope percy pernille perry petar peter petr petra petros petter phil philip philipp philippa philippe phillip phoebe phyllis pia
pierre pietro piotr polly pooja poppy prakash preeti preston prisca priscilla priya quentin quincy rachel radek rafael raffaele rahul raimund raj rajesh rajiv ralf ralph ramiro
ramon ramona randall randy raquel rashid raul ravi raymond rebecca regina reginald reinhard renata renate renaud rene renee reuben rhiannon rhonda ricardo
riccardo richard rick ricky rita rob robert roberta roberto robyn rocio roderick rodney rodolfo rodrigo rogelio roger rohan roland rolf roman romina ron ronald ronan
ronnie rosa rosalie rosalind rosanna rosario rosemarie rosie roxanne ruben rudolf rudy rufus rupert ruslan russell ruth ryan ryo sabine sabrina sadie saeed sakura salim
sally salma salvador salvatore sam samantha samir sammy samuel sandeep sandra sandro sanjay santiago santosh sara sarah saskia satoshi saul savannah scott sean sebastian
selena selma serena serge sergei sergey sergio seth shane shania shannon shanice shantanu sharon shaun shawn sheila shelby shelley sheryl shinji shirley shreya shyam sibylle siegfried
sienna sigrid silas silke silvia simon simona simone sinead siobhan slobodan sofia sofie solveig sonia sonja sonya sophia sophie spencer stacey stacy stanislav stanislaw stanley stefan
stefania stefanie stefano steffen stella stephan stephanie stephen steve steven stewart stuart sunil sunita suresh susan susana susanna susanne suzanne svein sven svetlana sybil
sylvia sylvie tabitha takashi takeshi tamara tamika tammy tania tanja tanya tara tariq tasha tatiana tatyana taylor teemu teresa terence terrence terry tessa thaddeus thalia thandiwe
thelma theo theodora theodore theresa therese thiago thierry thomas thorsten tiago tiffany tim timo timothy tina tobias toby todd tom tomas tomasz tommy tomoko toni tony
torsten tracey tracy travis trevor tricia trisha tristan troy trudy tyler tyrone ulla ulrich ulrike umar ursula uwe vaclav valentina valeria valerie vanessa vasily vasilis
vera veronica veronika vesna vicente vicki vicky victor victoria vijay vikram viktor viktoria vilma vincent vincenzo viola violeta virginie vishal vivek vivian viviana vivienne vladimir
vladislav wade waleed walter wanda wayne wendy werner wesley wilbur wilfred wilhelm willem william willie willow wilma winifred winston wojciech wolfgang xavier ximena xiomara yakov
yan yannick yasmin yasmine yevgeny yoko yolanda yosef yuki yuko yulia yuri yusuf yvan yvette yvonne zachary zainab zara zbigniew zdenka zdenek zeynep zhang zofia zoe zoltan zora zsofia
anthea bertram bozena brayden brianna brooke cael carys chad cheryl clarice cuthbert dafydd deandre delroy efua eilidh elodie emine fergus ffion folasade gethin ngozi
gwyneth hamish heloise ishaan jerome kaveh kehinde kofi krystal lachlan lamar leilani lewis lorcan mairead malik marguerite mehdi morag nasser niamh nkechi obinna olufemi
orla padraig parisa perrin rhys rohit roisin ruairi sadia saoirse shauna shreyas siddharth sunniva tadeusz thabo tomislav tuncay uchenna wiktor yaw yetunde yiannis zofie
ásta åsa élodie émile éric étienne chloé andré renée rené zoë josé maría jesús raúl andrés ángel sofía lucía martín joão inês álvaro mónica verónica nicolás jürgen jörg günther björn
sören søren jørgen åke márta lászló gábor istván jános józsef zoltán zsófia ágnes éva łukasz paweł michał małgorzata tomáš jiří ondřej petr lukáš kateřina zuzana františek václav
goran zoran dragan dejan nikolina vuk marija jovana milorad bojana svetozar hafþór guðrún sigurður þór elín kristín magnús ragnheiður
`;

/**
 * Names that are also ordinary words, places or things. They need company: a surname behind them, or a place inside a
 * sentence where a capital can only be a name.
 */
const wordlike = `
amber angel art ash aurora autumn basil bay bella bill blake blaze bob brandy brook brooks buck bud cash chance charity chase chelsea cherry christian clay cliff colt
daisy dale dawn dean destiny dick dolly don drew duke earl ebony eden ernie eve faith faye fern flora forrest frank gale gene ginger glen grace grant grey guy hank harmony
heath heaven hope hunter ivory jack jade jasper jay jewel jordan jose josie joy june justice kay king lance lane laurel lee leo lily liberty london lorenz love luz lynn mac
major marc marcos marina mark marvin mason maverick max may mercy mina misty nova olive opal paris parker pat patience paz pearl penny peg perry phoenix piper pilar
poppy prince princess queen rain rainbow roman jan petra ray reed reid rex rich rio river robin rocky rose rosemary roy ruby rusty sage sandy savannah sean serenity shelly
sidney silver skip sky skye sol star sterling stone storm summer sunny sue sydney tad tanner ted trinity van vic victor violet virginia wally warren will winter woody wren
adam ana ari asia ben carry cody crew dallas data devin diamond dominic don florence georgia german haven houston ian india israel jean jesus
jin jun ken kit kim lara long mercedes mars mei melody nick norm olivia pablo ram ron sam tan tab ted tim tom tony ty una viola wade yan
`;

// Short forms such as Tom are in both lists: a capital is enough for them, small letters are not.
const shortForms = new Set(
  'adam ana ben carry ian jean ken kim nick pablo ron sam tim tom tony wade lara olivia dominic sean'.split(' '),
);
// Names that are words when written small, in English or in a language people mix into it.
const capitalOnly = new Set(
  'alma carol celeste clara clement colin consuelo constance crystal dana dario dolores elmer flavia gloria hazel heather iris jasmine josh marina mario maxim mike norma regina rob roger rosario sally stella troy viola willow harry jimmy jerry bianca esperanza perry lorenzo randy peter abdul brooke angelo angela celia marion mercedes diego marisa'.split(
    ' ',
  ),
);

const unsure: ReadonlySet<string> = new Set(wordlike.trim().split(/\s+/));
const sure: ReadonlySet<string> = new Set(
  distinctive
    .trim()
    .split(/\s+/)
    .filter((name) => !unsure.has(name) || shortForms.has(name)),
);

/** `sure`: a capital is enough. `unsure`: it needs company. Takes a lower-case word. */
export function givenName(word: string): 'sure' | 'unsure' | null {
  return sure.has(word) ? 'sure' : unsure.has(word) ? 'unsure' : null;
}

/** Whether the word is a name even in small letters, as people type in chats. */
export function isGivenNameInSmallLetters(word: string): boolean {
  return word.length >= 5 && sure.has(word) && !capitalOnly.has(word) && !shortForms.has(word);
}
