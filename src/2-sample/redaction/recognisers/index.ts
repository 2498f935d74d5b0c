import { recogniseAges } from './age.ts';
import { recogniseCards } from './card.ts';
import { recogniseCardLines } from './card-lines.ts';
import { recogniseDates } from './date.ts';
import { recogniseBirthDates } from './date-of-birth.ts';
import { recogniseEmails } from './email.ts';
import { recogniseGovernmentIds } from './government-id.ts';
import { recogniseHandles } from './handle.ts';
import { recogniseIbans } from './iban.ts';
import { recogniseIps } from './ip.ts';
import { recogniseLocations } from './location.ts';
import { recogniseNames } from './name.ts';
import { recogniseNationalities } from './nationality.ts';
import { recogniseNumbers } from './number.ts';
import { recogniseNumberedStreets } from './numbered-street.ts';
import { recogniseOrganisations } from './organisation.ts';
import { recognisePhones } from './phone.ts';
import { recogniseProperNouns } from './proper-noun.ts';
import { recogniseSecrets } from './secret.ts';
import type { Recogniser } from './span.ts';
import { recogniseTitles } from './title.ts';
import { recogniseUrls } from './url.ts';

/** Every recogniser there is. A new kind is a file, a type in span.ts, and a line here. */
export const recognisers: readonly Recogniser[] = [
  { name: 'secret', recognise: recogniseSecrets },
  { name: 'email', recognise: recogniseEmails },
  { name: 'url', recognise: recogniseUrls },
  { name: 'iban', recognise: recogniseIbans },
  { name: 'card', recognise: recogniseCards },
  { name: 'government id', recognise: recogniseGovernmentIds },
  { name: 'ip', recognise: recogniseIps },
  { name: 'date of birth', recognise: recogniseBirthDates },
  { name: 'phone', recognise: recognisePhones },
  { name: 'handle', recognise: recogniseHandles },
  { name: 'location', recognise: recogniseLocations },
  { name: 'name', recognise: recogniseNames },
  { name: 'age', recognise: recogniseAges, contextual: true },
  { name: 'date', recognise: recogniseDates, contextual: true },
  { name: 'nationality', recognise: recogniseNationalities, contextual: true },
  { name: 'number', recognise: recogniseNumbers },
  { name: 'organisation', recognise: recogniseOrganisations, contextual: true },
  { name: 'title', recognise: recogniseTitles, contextual: true },
  { name: 'card lines', recognise: recogniseCardLines, contextual: true },
  { name: 'numbered street', recognise: recogniseNumberedStreets, contextual: true },
  { name: 'proper noun', recognise: recogniseProperNouns, contextual: true },
];
