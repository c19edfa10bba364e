/** The nginx.conf of a balancer that the lab starts. */
import { isIPv6 } from 'node:net';
import type { BalancerSettings } from './balancer-settings.ts';

export interface NginxPlace {
  readonly prefix: string;
  /** What `nginx -V` prints: directives of modules that were left out would be errors. */
  readonly built: string;
}

const temporaryPathModules: readonly string[] = ['proxy', 'fastcgi', 'uwsgi', 'scgi'];

export function nginxConfiguration(settings: BalancerSettings, { prefix, built }: NginxPlace): string {
  const { policy, upstreams, workers, failTimeoutSeconds, connectTimeoutMs, readTimeoutMs, port, probe } = settings;
  const temporaryPaths = temporaryPathModules.filter((module) => !built.includes(`--without-http_${module}_module`));
  const servers = upstreams.map(
    ({ host, port: serverPort }) =>
      `    server ${isIPv6(host) ? `[${host}]` : host}:${serverPort} max_fails=1 fail_timeout=${failTimeoutSeconds}s;`,
  );
  return `
daemon off;
pid ${quote(`${prefix}/nginx.pid`)};
error_log stderr error;
worker_processes ${workers};
${process.getuid?.() === 0 ? '# The prefix belongs to root alone; as "nobody" the workers could not write there.\nuser root;' : ''}
events {
  worker_connections 2048;
}
http {
  access_log off;
  client_body_temp_path ${quote(`${prefix}/temp/client_body`)};
${temporaryPaths.map((module) => `  ${module}_temp_path ${quote(`${prefix}/temp/${module}`)};`).join('\n')}
  keepalive_requests 1000000;

  # The lab's clients all connect from 127.0.0.1 and say in X-Forwarded-For whom they stand for.
  set_real_ip_from 127.0.0.1;
  real_ip_header X-Forwarded-For;

  upstream servers {
    # Shared memory, so that all workers agree on who has failed and whose turn it is.
    zone servers 256k;
${policy === 'ip-hash' ? '    ip_hash;' : '    # Round robin is the default.'}
${servers.join('\n')}
    keepalive 64;
  }

  server {
    listen 127.0.0.1:${port};
    location = /${probe} {
      default_type text/plain;
      return 200 ${probe};
    }
    location / {
      proxy_pass http://servers;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_connect_timeout ${connectTimeoutMs}ms;
      proxy_send_timeout ${readTimeoutMs}ms;
      proxy_read_timeout ${readTimeoutMs}ms;
      # What has been sent with POST, LOCK or PATCH is not sent again: that is the default and stays so.
      proxy_next_upstream error timeout;
      add_header X-Upstream $upstream_addr always;
    }
  }
}
`;
}

function quote(path: string): string {
  return `"${path.replaceAll(/["\\$]/g, '\\$&')}"`;
}
