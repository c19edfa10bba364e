/** What experiment 3.2 on a target does. */
import {
  decodeToken,
  withAlteredSignature,
  withEditedPayload,
  withoutSignature,
} from '../../../experiments/token-forge.ts';
import { TargetCannotError } from '../../errors.ts';
import { credentialValues } from '../../preflight.ts';
import { decoded } from '../../redaction.ts';
import type { DescribedTools } from '../../target-under-test.ts';
import type { Credential } from '../../visitor.ts';
import type { ForgedAnswer, ForgedTokenObservations, Forgery } from './analyse.ts';

const daySeconds = 86_400;

export async function observeForgedToken(tools: DescribedTools): Promise<ForgedTokenObservations> {
  const { description, nodes } = tools;
  const { isJwt, cookies } = description.credential;
  if (!isJwt) throw new TargetCannotError(tools.words.cannot.notJwt);
  const url = nodes[0]?.url ?? '';
  const client = await tools.loggedIn(url);
  const credential = client.credential();
  const token = decoded(credentialValues(client, cookies)[0] ?? '');
  const answers: ForgedAnswer[] = [];
  for (const [forgery, forged] of Object.entries(forgeriesOf(token)) as [Forgery, string][]) {
    const { status, outcome } = await client.withCredential(inPlaceOf(credential, cookies, forged)).whoami(url);
    answers.push({ forgery, status, outcome });
  }
  const { status, outcome } = await client.withCredential(credential).whoami(url);
  const { header, payload } = decodeToken(token);
  return {
    algorithm: typeof header.alg === 'string' ? header.alg : null,
    hasExpiry: typeof payload.exp === 'number',
    answers,
    genuine: { status, outcome },
  };
}

/** What anybody can make of a token without its key. */
function forgeriesOf(token: string): Readonly<Record<Forgery, string>> {
  const { exp } = decodeToken(token).payload;
  const later = (typeof exp === 'number' ? exp : Math.floor(Date.now() / 1000)) + daySeconds;
  return {
    'exp-edited': withEditedPayload(token, { exp: later }),
    'role-added': withEditedPayload(token, { role: 'admin' }),
    'signature-altered': withAlteredSignature(token),
    'alg-none': withoutSignature(token, { signature: false }),
    'alg-none-signed': withoutSignature(token, { signature: true }),
  };
}

function inPlaceOf({ token, cookies }: Credential, names: readonly string[], forged: string): Credential {
  if (token !== undefined) return { cookies, token: forged };
  return {
    token,
    cookies: new Map([...cookies].map(([name, value]) => [name, names.includes(name) ? forged : value])),
  };
}
