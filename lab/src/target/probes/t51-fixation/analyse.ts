/** What experiment 5.1 on a target concludes from what it saw. */
import type { Analysis, Judgement } from '../../../experiments/experiment.ts';
import type { Status } from '../../../experiments/wording.ts';
import { allClear, countTold } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { FixationWords } from './words.ts';

export type FixationTrial = {
  readonly login: Status;
  /** Whether the login replaced the planted id. */
  readonly idChanged: boolean;
  /** What the planted cookie was worth after the victim's login. */
  readonly attacker: { readonly status: Status; readonly outcome: Outcome };
};

/** By what was planted; `null` where that could not be tried. */
export type FixationObservations = {
  readonly visitor: FixationTrial | null;
  readonly loggedIn: FixationTrial | null;
  readonly invented: FixationTrial | null;
};

/** Whether a login replaces the id of a session that was there before; `undefined` when no login over one was possible. */
export function idChangesAtLogin({ visitor, loggedIn }: FixationObservations): boolean | undefined {
  const trials = [visitor, loggedIn].filter((trial) => trial !== null);
  return trials.length === 0 ? undefined : trials.every(({ idChanged }) => idChanged);
}

export function analyseFixation(observations: FixationObservations, words: FixationWords): Analysis {
  const { visitor, loggedIn, invented } = observations;
  const changes = idChangesAtLogin(observations);
  const planted = [visitor, loggedIn].filter((trial) => trial !== null);
  const hole = judgeAttacker(planted, words);
  return {
    headline: words.headline(changes),
    tables: [
      {
        ...words.table,
        rows: (
          [
            ['visitor', visitor],
            ['loggedIn', loggedIn],
            ['invented', invented],
          ] as const
        ).map(([kind, trial]) => [
          words.kinds[kind],
          words.changed(trial?.idChanged),
          trial === null ? words.notTried[kind] : words.told(trial.attacker),
        ]),
      },
    ],
    charts: [],
    judgements: [
      {
        id: 'H1',
        verdict: changes === undefined ? 'undecided' : changes ? 'confirmed' : 'refuted',
        evidence: words.evidence.changes(planted.filter(({ idChanged }) => idChanged).length, planted.length),
      },
      hole,
      judgeInvented(invented, words),
    ],
    findings: [
      ...(changes === true ? [words.findings.changes] : []),
      ...(changes === false ? [words.findings.stays] : []),
      ...(hole.verdict === 'refuted' ? [words.findings.hole] : []),
    ],
  };
}

function judgeAttacker(planted: readonly FixationTrial[], words: FixationWords): Judgement {
  const answers = planted.map(({ attacker }) => attacker);
  const known = countTold(answers, 'recognised');
  const evidence = words.evidence.attacker(known, answers);
  if (known > 0) return { id: 'H2', verdict: 'refuted', evidence };
  return { id: 'H2', verdict: allClear(answers) ? 'confirmed' : 'undecided', evidence };
}

function judgeInvented(invented: FixationTrial | null, words: FixationWords): Judgement {
  if (invented === null) return { id: 'H3', verdict: 'undecided', evidence: words.evidence.inventedNotTried };
  const adopted = !invented.idChanged || invented.attacker.outcome === 'recognised';
  const evidence = words.evidence.invented(invented.idChanged, invented.attacker);
  if (adopted) return { id: 'H3', verdict: 'refuted', evidence };
  return { id: 'H3', verdict: allClear([invented.attacker]) ? 'confirmed' : 'undecided', evidence };
}
