/** Frequent family names of many cultures that are hardly ever another word. Selection ours, from general knowledge. */
const distinctive = `
abbott abdi adams adebayo agarwal aguilar ahmadi alvarez anderson andersson andersen andrade armstrong ashworth atkins bailey baker banerjee barnes barrett bauer becker bennett
bergstrom bianchi bjork blanchard bouchard boyle bradford brady brennan briggs brown bryant burgess burke burton butler byrne caldwell calvert campbell cardoso carlson carpenter carroll
castillo chakraborty chandler chapman chatterjee chavez choi chowdhury clarke cohen coleman collins colombo connolly contreras cooper costa crawford cruz cunningham dalton
daniels davidson davies davis delgado desai diaz dickson dixon doherty dominguez donnelly donovan doyle dubois duncan dunn duran eastwood edwards eklund ellison eriksson erickson espinoza
estrada evans farrell faulkner fernandes fernandez ferrari ferreira fischer fitzgerald fletcher flores fontaine foster fournier franklin fraser fuentes fujimoto gallagher gallo garcia gardner
garrett garza gauthier gibson gill gillespie girard gomez goncalves gonzales gonzalez goodman goodwin gordon graham griffin griffiths guerrero gupta gutierrez guzman haddad hamilton hansen hansson hanson
harding harper harrington harrison hartmann hawkins hayashi hayes henderson henriksen hernandez herrera hidalgo higgins hoffman hoffmann holloway holmes hopkins howell huang hudson hughes hussain hutchinson
iglesias inoue ivanov ivanova jackson jacobs jacobson jansen janssen jenkins jensen jimenez johansen johansson johnson johnston jones jorgensen joshi juarez kaczmarek kapoor karlsson kaminski kato kaur keller
kennedy khan khanna kimura klein kobayashi koch kowalski kowalczyk kozlov kristensen krishnan kuznetsov lambert larsen larson larsson laurent lefebvre lehmann leroy lewandowski lindgren lindqvist lombardi lopez
lozano lundgren macdonald mackenzie maldonado malhotra mancini marchetti markovic martinez martins matthews mcallister mccarthy mcdonald mckenzie mclean medina mehta meier mendez mendoza mensah menon
meyer meyers michaud mikkelsen miller mishra mitchell moe mohammadi molina montgomery moore morales moreau moreno moretti morris morrison mukherjee mueller murphy nakamura navarro nguyen nielsen nilsson novak
nowak nunez obrien ochoa oconnor odonnell ogawa okafor okonkwo oliveira olsen olson olsson oneill ortega ortiz osei osman owens pacheco padilla palmer park parsons patel paulsen pedersen pereira perez persson petersen
peterson petrov pham phillips popescu popov powell quinn quintero rafferty ramirez ramos rasmussen reddy reyes reynolds ribeiro ricci richards richardson richter rinaldi rivera roberts robertson robinson rodrigues rodriguez
rojas romano romero rosenberg rosenthal rossi rousseau roux russo ryan saito salazar salinas sanchez sanders sandoval santiago santos sasaki sato schmidt schmitt schneider schroeder schubert schulz schuster schwartz
sharma shapiro shevchenko silva simmons simpson singh sinha smirnov smith sokolov sorensen soto souza stephens stevens stevenson stewart sullivan suzuki svensson takahashi tanaka tavares taylor thompson thomsen thomson
torres tremblay turner ueda valdez vargas vasquez vazquez velasquez verma villanueva virtanen vogel volkov wagner wallace walsh walters wang watanabe watkins watson weber wheeler wilkins wilkinson williams williamson wilson
winkler wojcik wright xiao yamada yamamoto yilmaz yoshida zhao zhou zimmerman zhu müller schröder jäger köhler krüger gómez gonzález hernández lópez martínez pérez rodríguez sánchez fernández garcía díaz álvarez muñoz jiménez
`;

const set: ReadonlySet<string> = new Set(distinctive.trim().split(/\s+/));

/** Names that are also trades and other words: not enough by themselves. */
const wordlike: ReadonlySet<string> = new Set(
  'abbott bailey baker barnes becker bishop bradford brown burton butler carpenter chandler chapman cooper costa dalton flores foster fontaine gardner goodman griffin harper holmes hudson klein lambert lincoln miller moore padilla park parsons price romano roman santiago santos taylor turner walker weaver young'.split(
    ' ',
  ),
);
/** Ordinary words that are frequent family names: part of a name right behind a given name, and only there. */
const ordinaryBehindGiven: ReadonlySet<string> = new Set(
  'adams banks bell best black brooks bush carter clark cole cook cox cross day dean field fields fisher fox freeman grant gray green hall hart hill hunt hunter james king knight lake land lane lee long love lynch major marsh marshall mason mills newman nichols north page palmer perry pierce pope porter potter powers ray reed rice rose sanders shaw smart snow spencer stanley stone strong summers tucker tyler ward warren webb west wheeler white wise wolf wood woods york'.split(
    ' ',
  ),
);

/** Endings that only family names have, by language family; for words that no list of ours knows. */
const endings =
  /(?:ović|ovič|ević|ić|[kntrlmdbsh]ov|[kntrlmdbsh]ova|ová|[yiea]ev|[yiea]eva|kevich|ovich|enko|czuk|wicz|czyk|[nw]sk[aiy]|ński|ńska|dóttir|dottir|[a-z]sson|(?:ie|r|n|l|k|t)sen|opoulos|akis|oğlu|oglu|shvili|[aeiou]scu|qvist|[aeiou]nez|[aeiou]quez|[aeiou]guez)$/;
const notSurnames =
  /^(?:lesson|poisson|caisson|nova|casanova|supernova|geneva|whiskey|[a-z]+aholic|brisk[a-z]*|london?sky|indonesian?)$/;

/** `listed`: known. `ending`: unknown, with an ending that only family names have. `company`: only behind a given name. */
export function familyName(word: string): 'listed' | 'ending' | 'company' | null {
  if (wordlike.has(word) || ordinaryBehindGiven.has(word)) return 'company';
  if (set.has(word)) return 'listed';
  return word.length >= 6 && endings.test(word) && !notSurnames.test(word) ? 'ending' : null;
}
