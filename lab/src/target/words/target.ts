/** What is said about a target as a whole, outside its experiments. */
import type { Status } from '../../experiments/wording.ts';
import { type Told, toldInWords } from './told.ts';

/** A login or logout as it is spoken of. */
export interface ToldAction {
  readonly status: Status;
  readonly problem: string | null;
}

const because = ({ problem }: ToldAction) => (problem === null ? '' : ` (${problem})`);

export const targetWordsEn = {
  starting: 'starting the application',
  notLoggedIn: (login: ToldAction, told: Told): string =>
    `A user who was to take part could not log in: the login was answered ${login.status}${because(login)}, ` +
    `and "who am I" afterwards ${toldInWords(told)}.`,
  /** Why a question can not be put to this application. */
  cannot: {
    oneNode: 'The file has one node; this needs two or more.',
    noStoppable: 'The file has no node that the lab can stop: give a node a start command, or start and stop commands.',
    noBalancer: 'The file names no balancer.',
    nothingTellsNodes:
      'Nothing tells the nodes apart behind this balancer: add "server" to the file, with the header or the member that names the node.',
    noTtl: 'The file does not say ttlSeconds.',
    waitTooLong: (neededSeconds: number, waitSeconds: number): string =>
      `It takes ${neededSeconds} s with this ttlSeconds; limits.waitSeconds and limits.probeSeconds allow ${waitSeconds} s.`,
    noStore: 'The file names no store that the lab could stop.',
    noLogout: 'The file describes no logout.',
    notJwt: 'The credential is not a JSON Web Token: there are no claims that could be forged.',
    notCookie:
      'The credential is a token that a client asks for and keeps itself: there is no id to plant before the login.',
  },
  /** What does not answer as its file says. */
  preflight: {
    checking: (id: string): string => `checking the login and "who am I" at ${id}`,
    anonymous: (id: string, told: Told): string =>
      `Without a credential "who am I" at ${id} was answered ${toldInWords(told)}, which is not what whoami.loggedOut ` +
      'describes as "not logged in". Correct the file, or the request.',
    loginRefused: (id: string, login: ToldAction): string =>
      `The login at ${id} was answered ${login.status}, which does not count as a success${login.problem === null ? '' : `: ${login.problem}`}. ` +
      'Correct login or the users in the file.',
    notRecognised: (id: string, login: ToldAction, told: Told): string =>
      `The login at ${id} was answered ${login.status}, but "who am I" afterwards ${toldInWords(told)}. ` +
      'Correct login, credential or whoami.user in the file.',
    noSuchCookie: (name: string, found: readonly string[]): string =>
      `The login set no cookie "${name}", which credential.name asks for; it set ${found.join(', ') || 'none'}.`,
  },
};

export type TargetWords = typeof targetWordsEn;
