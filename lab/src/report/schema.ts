/** Reads results.json: checks its version, its shape and the rules between its fields before a report trusts it. */

import { languages } from '../language.ts';
import type { ExperimentResult, LabResults, NotRunCause, ResultChart, ResultTable } from '../results.ts';
import { schemaVersion } from '../results.ts';
import type { Check } from './json-shape.ts';
import {
  isAnyOf,
  isAtLeast,
  isFlag,
  isListOf,
  isNumber,
  isObject,
  isOneOf,
  isPresent,
  isRecordOf,
  isText,
  isTextMatching,
  ResultsFileError,
} from './json-shape.ts';

const isPoint: Check = (value, path) => {
  isListOf(isNumber)(value, path);
  if ((value as unknown[]).length !== 2) throw new ResultsFileError(`${path} must be a pair of numbers, [x, y]`);
};

const chartTexts = { title: isText, xTitle: isText, yTitle: isText };

const isLineChart = isObject(
  { ...chartTexts, series: isListOf(isObject({ name: isText, points: isListOf(isPoint) })) },
  { marks: isListOf(isObject({ x: isNumber, label: isText })), note: isText },
);

const isBarChart = isObject(
  { ...chartTexts, bars: isListOf(isObject({ label: isText, value: isNumber }, { group: isText })) },
  { note: isText },
);

const isChart: Check = (value, path) => {
  isObject({ kind: isOneOf('line', 'bar') })(value, path);
  ((value as ResultChart).kind === 'line' ? isLineChart : isBarChart)(value, path);
};

const inTable = {
  title: isText,
  columns: isListOf(isText),
  rows: isListOf(isListOf(isAnyOf('text or a number', isText, isNumber))),
};
const isTable = isObject(inTable);

const isVerdict = isOneOf('confirmed', 'refuted', 'conditional', 'undecided', 'not-run');

const causes: Readonly<Record<NotRunCause['kind'], Check>> = {
  interrupted: isObject({}),
  'timed-out': isObject({ afterSeconds: isAtLeast(0) }),
  'program-missing': isObject({ program: isText }),
};

const isCause: Check = (value, path) => {
  isObject({ kind: isOneOf(...Object.keys(causes)) })(value, path);
  causes[(value as NotRunCause).kind](value, path);
};

// The id becomes part of file names and anchors: nothing but digits and a dot may pass.
const isExperimentId = isTextMatching(/^\d{1,3}\.\d{1,3}$/, 'an experiment id such as "1.1"');

const inHypothesis = { id: isText, statement: isText, verdict: isVerdict, evidence: isText };

const isExperiment = isObject(
  {
    id: isExperimentId,
    title: isText,
    question: isText,
    status: isOneOf('ran', 'not-run'),
    durationMs: isAtLeast(0),
    headline: isText,
    design: isListOf(isText),
    observations: isPresent,
    tables: isListOf(isTable),
    charts: isListOf(isChart),
    hypotheses: isListOf(isObject(inHypothesis)),
    findings: isListOf(isText),
    limits: isListOf(isText),
  },
  { reason: isText, cause: isCause, remedy: isText },
);

const isSummaryTable = isObject({ ...inTable, notes: isListOf(isText) });

const isSummary = isObject({
  recommendations: isListOf(
    isObject(
      {
        id: isText,
        by: isOneOf('size', 'application'),
        kind: isText,
        needs: isText,
        outcome: isOneOf('one', 'either', 'none', 'undecided'),
        schemes: isListOf(isText),
        choice: isText,
        reasons: isListOf(isText),
        cautions: isListOf(isText),
      },
      { command: isText },
    ),
  ),
  features: isSummaryTable,
  performance: isSummaryTable,
  claims: isSummaryTable,
  findings: isListOf(isObject({ experiment: isExperimentId, text: isText })),
  differences: isListOf(isObject({ ...inHypothesis, experiment: isExperimentId })),
  problems: isListOf(isObject({ text: isText }, { remedy: isText })),
  next: isListOf(isObject({ text: isText, command: isText })),
});

const isEnvironment = isObject({
  os: isText,
  cpu: isText,
  cores: isAtLeast(1),
  memoryBytes: isAtLeast(0),
  versions: isRecordOf(isText),
  balancer: isOneOf('nginx', 'built-in'),
});

const isResults = isObject(
  {
    startedAt: isTextMatching(
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/,
      'a UTC time such as 2026-01-31T09:00:00Z',
    ),
    durationMs: isAtLeast(0),
    seed: isNumber,
    timeScale: isAtLeast(0),
    mode: isOneOf('default', 'quick', 'full'),
    command: isText,
    interrupted: isFlag,
    environment: isEnvironment,
    notices: isListOf(isText),
    experiments: isListOf(isExperiment),
  },
  { language: isOneOf(...languages), summary: isSummary },
);

function checkRows(table: ResultTable, place: string): void {
  const wrong = table.rows.findIndex((row) => row.length !== table.columns.length);
  if (wrong === -1) return;
  const cells = table.rows[wrong]?.length ?? 0;
  throw new ResultsFileError(
    `${place}.rows[${wrong}] has ${cells} cells, but ${place} has ${table.columns.length} columns`,
  );
}

function checkRules(experiment: ExperimentResult, path: string): void {
  for (const [index, table] of experiment.tables.entries()) checkRows(table, `${path}.tables[${index}]`);
  if (experiment.status === 'ran') return;
  const judged = experiment.hypotheses.findIndex(({ verdict }) => verdict !== 'not-run');
  if (judged !== -1) {
    const { verdict } = experiment.hypotheses[judged]!;
    throw new ResultsFileError(`${path}.hypotheses[${judged}].verdict is ${verdict}, but the experiment did not run`);
  }
}

/**
 * Reads the text of a results.json.
 *
 * @throws {ResultsFileError} `ERR_LAB_RESULTS_FILE`, one line, when the text is not JSON, was written with another
 *   schema version, or a value in it is not what the schema says.
 */
export function parseResults(text: string): LabResults {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new ResultsFileError('it is not JSON', { cause });
  }
  isObject({})(value, '');
  const version = (value as { schemaVersion?: unknown }).schemaVersion;
  if (version === undefined) throw new ResultsFileError('schemaVersion is missing, so it was not written by the lab');
  if (version !== schemaVersion) {
    const found = typeof version === 'number' ? version : 'not a number';
    throw new ResultsFileError(
      `schemaVersion is ${found}, this lab reads ${schemaVersion}: use the version of the lab that wrote it`,
    );
  }
  isResults(value, '');
  const results = value as LabResults;
  if (results.timeScale === 0) throw new ResultsFileError('timeScale must be above 0, but is 0');
  if (Number.isNaN(Date.parse(results.startedAt))) throw new ResultsFileError('startedAt is not a time that exists');
  const { features, performance, claims } = results.summary ?? {};
  for (const [name, table] of Object.entries({ features, performance, claims })) {
    if (table !== undefined) checkRows(table, `summary.${name}`);
  }
  const seen = new Set<string>();
  for (const [index, experiment] of results.experiments.entries()) {
    if (seen.has(experiment.id)) throw new ResultsFileError(`experiments[${index}].id ${experiment.id} is there twice`);
    seen.add(experiment.id);
    checkRules(experiment, `experiments[${index}]`);
  }
  return results;
}
