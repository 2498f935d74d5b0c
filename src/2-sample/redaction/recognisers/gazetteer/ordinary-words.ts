/**
 * Words that stand capitalised without being a name: at the start of a sentence, in headings, in the calendar, in what
 * people call each other and the model. They end a name ("Marisol Said"), and are never spread through a conversation.
 */
const words = `
a about above according across act action actually add additional address after again against age ago agree ah ahead all almost along already
also although always am amazing american among an and another answer any anyone anything apart apologies apologise apologize app apparently april are area
around article as ask assistant at attention august aunt author autumn avoid away baby back background bad bank based basic be because
become been before begin being believe below benefits best better between beyond big bit black blue body book both boss brother build business
but buy by bye call can cannot capital care case cause center central certainly chapter chat check children choose city claim claude class clear
click client close code college come common company computer conclusion congratulations consider contact context continue copy correct cost could country
course create critical current customer dad daily dark data date daughter day days dear december deep definitely department description design despite
detail details development did different difficult direct director do doctor document does doing done dont down draft drink drive during each early
east easy education effect either else email employee end energy english enjoy enough ensure error especially essential etc even evening event ever
every everybody everyone everything exactly example excellent experience explain expert eye face fact fair fall family far father fear february feel feeling
few file final finally find fine first five focus follow following food for form former found four free french friday friend friends
from full fun function further future gemini general german get getting girl give given glad go god going gold good google got gpt
great green group grow guide guys had half hand happy hard has hate have having he head health hear heart hello help
hence her here hers hey hi high highly him his history hold home honestly hope hopefully hospital hot hour house how however huge
human husband i idea ideas if im image imagine impact important in include including indeed index industry information input inside instead
international into introduction is issue it item its itself january job join journey july june just keep key kid kids kind king know known
lady land language large last late later law lead leader learn learning least left less let lets letter level life light like likely limited
line link list listen literally little live living local location long look looking lord lose lost lot love low ltd made main major make
making man manager many march market master matter may maybe me mean meaning meanwhile media medical meet meeting member men mental message
method middle might mind mine miss mobile model moment mom monday money month months more moreover morning most mostly mother move mr mrs
ms much mum music must my myself name names nation national natural nature near necessary need needs neither never nevertheless new news next nice night
no nobody none nor north not note notes nothing november now number object october of off offer office official often oh ok okay old
on once one online only open opinion option or orange order original other others our ours ourselves out outside over overall own page paper
parent parents part party past patient pay people per perfect perhaps period person personal phone place plan play please point police poor popular position
possible post power practice present president pretty previous price probably problem process product professor program project provide public purpose put
queen question questions quick quickly quite rate rather read reading ready real really reason recent recently red regarding regards related relationship remember
report research response rest result return review right road role room rule run sad safe said same sample saturday say says school science
scientific sea season second section see seems self send sense september series serious service set several shall share she short should show
side similar simple simply since sincerely single sir sister site situation six size skip small so social some somebody someone something sometimes son soon
sorry sound source south space special specific spring staff stage standard star start state states statement stay step steps still stop story
street strong student study stuff style subject such sudden suddenly suggest summary summer sun sunday sure surely system table take taking talk tea
teacher team tech tell ten term test text than thank thanks that thats the their them then theory there therefore these they thing things think
third this those though thought three through thursday thus time tip tips title to today together tomorrow tonight too top topic total towards
town true truly trust truth try trying tuesday turn twitter two type ultimately uncle under understand understanding unfortunately university unless unlike until up
upon us use used user using usually value various version very video view visit voice wait want war was watch water way we
website wednesday week weeks weekend welcome well went were west what whatever when whenever where whereas whether which while white who whole whose
why wife will winter wish with within without woman women wonder word words work working world would wow write writer writing wrong yeah year
years yep yes yesterday yet you young your yours yourself sunny lucky busy tired hungry angry sick lonely bored excited scared worried fine
ceo cto cfo phd md usa uk eu ai ml api html css sql json http https url pdf faq id ok tv pc os ios lol omg btw fyi asap dm
chatgpt openai anthropic microsoft apple amazon facebook instagram linkedin youtube github python java javascript typescript react windows linux android
christmas easter ramadan thanksgiving halloween bible quran christian muslim jewish buddhist hindu islam christianity buddhism judaism catholic
street avenue road lane drive boulevard court square park river lake mountain valley island bay bridge castle museum theatre
inc llc corp corporation gmbh plc association institute foundation committee council society press journal ministry
earth moon mars venus jupiter saturn mercury internet web bot buddy dude bro mate folks guys team sir madam ladies gentlemen darling honey sweetie
`;

const set: ReadonlySet<string> = new Set(words.trim().split(/\s+/));

/** Whether a lower-case word is too ordinary to be somebody's name on its capital letter alone. */
export function isOrdinaryWord(word: string): boolean {
  return set.has(word);
}
