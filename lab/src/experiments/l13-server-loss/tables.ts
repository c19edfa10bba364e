/** The tables and the chart of experiment 1.3. */
import type { ResultChart, ResultTable } from '../../results.ts';
import { countOf, milliseconds, range, seconds, statusCounts } from '../wording.ts';
import { type LossFigures, type ServerLossObservations, statusOf, type UserAnswer } from './figures.ts';
import type { ServerLossWords } from './words.ts';

export function serverLossTables(
  observations: ServerLossObservations,
  figures: LossFigures,
  words: ServerLossWords,
): ResultTable[] {
  return [
    distributionTable(observations, words),
    userTable(observations, words),
    timeTable(observations, figures, words),
    frozenTable(observations, words),
  ];
}

function distributionTable({ servers, users, killed }: ServerLossObservations, words: ServerLossWords): ResultTable {
  const counts = countOf(users.map(({ server }) => server));
  return {
    ...words.distributionTable,
    rows: servers.map((server) => [
      server,
      counts.get(server) ?? 0,
      server === killed.server ? words.killed : words.lives,
    ]),
  };
}

function userTable({ users, before, killed }: ServerLossObservations, words: ServerLossWords): ResultTable {
  const cell = (answers: readonly UserAnswer[], userId: string) => {
    const answer = answers.find((candidate) => candidate.userId === userId);
    return answer === undefined ? '–' : words.answeredBy(answer.status, answer.server);
  };
  return {
    ...words.userTable,
    rows: users.map(({ userId, server }) => [
      userId,
      server ?? '–',
      statusOf(before, userId) ?? '–',
      cell(killed.afterKill, userId),
      cell(killed.afterLogin, userId),
      cell(killed.afterReturn, userId),
    ]),
  };
}

function timeTable(
  { killed, frozen, failTimeoutMs }: ServerLossObservations,
  figures: LossFigures,
  words: ServerLossWords,
): ResultTable {
  const { rows } = words.timeTable;
  const after = killed.samples.filter(({ atMs }) => atMs >= killed.killedAtMs);
  const orNever = (ms: number | null, written: (ms: number) => string) => (ms === null ? words.notSeen : written(ms));
  return {
    title: words.timeTable.title,
    columns: words.timeTable.columns,
    rows: [
      [rows.recovered, orNever(figures.recoveredMs, milliseconds)],
      [rows.failed(after.length), figures.failedRequests],
      [rows.longestAfterKill, milliseconds(figures.longestAfterKillMs)],
      [rows.failTimeout, seconds(failTimeoutMs)],
      [rows.returned, orNever(killed.returnedAfterMs, seconds)],
      [rows.frozen, milliseconds(figures.longestFrozenMs)],
      [rows.thawed, orNever(frozen.returnedAfterMs, seconds)],
    ],
  };
}

function frozenTable({ frozen }: ServerLossObservations, words: ServerLossWords): ResultTable {
  const homes = new Map(frozen.logins.map(({ userId, server }) => [userId, server]));
  const row = (step: string, answers: readonly UserAnswer[], ofFrozen: boolean) => {
    const own = answers.filter(({ userId }) => (homes.get(userId) === frozen.server) === ofFrozen);
    return [
      step,
      ofFrozen ? words.frozenTable.ofFrozen : words.frozenTable.ofOthers,
      statusCounts(own.map(({ status }) => status)),
      own.length === 0
        ? '–'
        : range(
            own.map(({ durationMs }) => durationMs),
            milliseconds,
          ),
    ];
  };
  const { steps } = words.frozenTable;
  return {
    title: words.frozenTable.title(frozen.server),
    columns: words.frozenTable.columns,
    rows: [
      row(steps.first, frozen.first, true),
      row(steps.first, frozen.first, false),
      row(steps.second, frozen.second, true),
      row(steps.second, frozen.second, false),
      row(steps.thawed, frozen.afterThaw, true),
      row(steps.thawed, frozen.afterThaw, false),
    ],
  };
}

export function serverLossChart(
  { users, before, killed }: ServerLossObservations,
  words: ServerLossWords,
): ResultChart {
  const { phases } = words.chart;
  const bars = (label: string, answers: readonly UserAnswer[]) =>
    [true, false].map((ofKilled) => ({
      label,
      value: users.filter(
        ({ userId, server }) => (server === killed.server) === ofKilled && statusOf(answers, userId) === 200,
      ).length,
      group: ofKilled ? words.chart.ofKilled : words.chart.ofOthers,
    }));
  return {
    kind: 'bar',
    title: words.chart.title,
    xTitle: words.chart.xTitle,
    yTitle: words.chart.yTitle,
    bars: [
      ...bars(phases.before, before),
      ...bars(phases.afterKill, killed.afterKill),
      ...bars(phases.afterLogin, killed.afterLogin),
      ...bars(phases.afterReturn, killed.afterReturn),
    ],
  };
}
