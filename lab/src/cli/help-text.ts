/** What `--help` teaches beside the flags. */

export const runHelp = `Starts real application servers, a real nginx and a real Redis, breaks them on purpose, and reports how sticky
sessions, Redis sessions and JSON Web Tokens behaved. Everything it starts listens on 127.0.0.1 and is stopped at
the end, also after Ctrl-C.

EXAMPLES
  npm run lab -- --quick                  all experiments in times divided by ten: about a minute
  npm run lab                             all experiments in real times (30 s sessions, 2 h tokens)
  npm run lab -- --only 1.2,3.1           two of them; --list shows all
  npm run lab -- --quick --seed 42        the same client addresses again
  npm run lab -- --json > results.json    the raw results for a program; progress goes to standard error
  npm run lab -- --lang zh                the report and the terminal in Chinese
  npm run lab -- report lab-report/results.json --lang zh --out rebuilt

OUTPUT
  report.html, report.md with charts/, and results.json, in the folder that --out names.

EXIT CODES
  0  every requested experiment ran; a refuted hypothesis is a finding, not a failure
  1  an experiment could not run, or the report could not be written
  2  the command line or the results file is wrong; nothing was started

ENVIRONMENT
  NO_COLOR  plain lines without colour or movement, as everywhere that is not a terminal
  CI        the same`;

export const reportHelp =
  'Reads a results.json of this version of the lab and writes report.html and report.md from it, in the language of ' +
  'the run or, with --lang, in the other one: what was observed is then analysed again.';
