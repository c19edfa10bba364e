/**
 * Nothing outlives the process that started it. One small shell per Node process (or thread) waits at the other end
 * of a pipe; when the pipe closes, for whatever reason and SIGKILL included, it kills every process group that is
 * still listed and removes every folder that is still listed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * Reads `+ GROUP`, `- GROUP`, `d FOLDER`, `f FOLDER` (forget) until the end of its input. A killed process may still
 * be writing for an instant, hence the second and later attempts at a folder.
 */
const watcherScript = `
trap '' HUP INT TERM
groups=' '
while IFS= read -r line; do
  value=\${line#??}
  case $line in
    '+ '*) groups="$groups$value " ;;
    '- '*) case $groups in *" $value "*) groups="\${groups%% $value *} \${groups#* $value }" ;; esac ;;
    'd '*) set -- "$@" "$value" ;;
    'f '*) left=$#
      while [ "$left" -gt 0 ]; do
        folder=$1; shift; left=$((left - 1))
        [ "$folder" = "$value" ] || set -- "$@" "$folder"
      done ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
for folder in "$@"; do
  tries=0
  while rm -rf -- "$folder"; [ -e "$folder" ] && [ "$tries" -lt 50 ]; do tries=$((tries + 1)); sleep 0.05; done
done
`;

/** The child lists itself before it becomes the server, so there is no instant at which it runs unlisted. */
const registeringScript = `printf '+ %s\\n' "$$" >&3 && exec "$@" 3>&-`;

const groups = new Set<number>();
const folders = new Set<string>();
let watcher: ChildProcess | undefined;

export interface WatchedCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Must be the child's file descriptor 3. */
  readonly pipe: Writable;
}

/** Wraps a command so that it lists its own process group with the watcher and then becomes the command. */
export function watchedCommand(command: string, args: readonly string[]): WatchedCommand {
  return { file: '/bin/sh', args: ['-c', registeringScript, command, command, ...args], pipe: pipeToWatcher() };
}

/** Keeps a started group listed when the watcher itself has to be replaced. */
export function keepGroup(group: number): void {
  groups.add(group);
}

/** To be called once no process of the group is left: its number may soon belong to somebody else. */
export function forgetGroup(group: number): void {
  if (groups.delete(group)) pipeToWatcher().write(`- ${group}\n`);
}

/** Call it before the folder is made; it need not exist yet. */
export function keepFolder(folder: string): void {
  folders.add(folder);
  pipeToWatcher().write(`d ${folder}\n`);
}

export function forgetFolder(folder: string): void {
  if (folders.delete(folder)) pipeToWatcher().write(`f ${folder}\n`);
}

function pipeToWatcher(): Writable {
  if (watcher?.stdin?.writable === true && watcher.exitCode === null && watcher.signalCode === null) {
    return watcher.stdin;
  }
  const started = spawn('/bin/sh', ['-c', watcherScript, 'sallyport-reaper'], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher = started;
  // A watcher that somebody killed is replaced at once, as long as there is something to watch.
  started.once('exit', () => {
    if (watcher !== started) return;
    watcher = undefined;
    if (groups.size > 0 || folders.size > 0) pipeToWatcher();
  });
  started.on('error', () => {});
  started.stdin.on('error', () => {});
  started.unref();
  // Its pipe must not keep a finished program alive; closing it is what the watcher waits for.
  (started.stdin as Socket).unref();
  for (const group of groups) started.stdin.write(`+ ${group}\n`);
  for (const folder of folders) started.stdin.write(`d ${folder}\n`);
  return started.stdin;
}
