/** What `--help` teaches beside the flags. */

export const auditHelp = `Looks through Redis for what tokens leave there and tells which keys have no time to live, which parts of token families
are orphaned, and which tokens are about to expire. It walks with SCAN and pauses, on each node of a cluster, reads only
keys of Sallyport's tokens, and changes nothing unless --remove asks for it: it may run on a server in production.

PROBLEMS
  no-ttl           the key would stay for ever; with --remove it stays for the longest that it can be needed and goes then
  unlisted-family  a login that "log out everywhere" does not reach; with --remove it is listed again
  orphaned-member  an index names a login that is gone; with --remove it is taken out
  orphaned-steps   what a login leaves for its grace window, without the login; with --remove it is deleted
  wrong-type       something else has a key of this name; it is left alone

EXAMPLES
  sallyport tokens audit                                    the server of SALLYPORT_REDIS_URL or REDIS_URL
  sallyport tokens audit --redis redis+cluster://a,b,c      all masters of a cluster
  sallyport tokens audit --within 3600                      also lists the tokens that expire within an hour
  sallyport tokens audit --count 100 --pause 50             slower, and gentler still
  sallyport tokens audit --remove --max-ttl 7200            mends what it finds
  sallyport tokens audit --json | jq .problems              for a program; progress goes to standard error

EXIT CODES
  0  no problem, or all were mended
  1  there are problems
  2  the command line is wrong; nothing was started
  3  the audit did not come to its end: Redis was away, or Ctrl-C

ENVIRONMENT
  SALLYPORT_REDIS_URL, REDIS_URL  where --redis is not given; a URL on the command line shows in the list of processes
  SALLYPORT_NAMESPACE             where --namespace is not given
  NO_COLOR, CI                    no line that moves`;
