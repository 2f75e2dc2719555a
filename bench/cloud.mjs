// The local cloud, as a process of its own that ends with its standard input.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the local cloud on free ports, by the command before it where one is given. */
export async function startCloud(wrap = []) {
  const [command, ...options] = [
    ...wrap, 'java', '-XX:TieredStopAtLevel=1',
    ...['postgres', 'redis', 'dynamodb', 'rds', 'issuer'].map((part) => `-Dheadgate.localcloud.${part}.port=0`),
    '-cp', `target/test-classes:target/classes:${readFileSync('target/test-classpath', 'utf8')}`,
    'io.headgate.localcloud.LocalCloudMain',
  ];
  const cloud = spawn(command, options, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of cloud.stdout) {
    said += chunk;
    if (said.includes('ready') && said.includes('\n')) break;
  }
  const endpoint = (name) => new RegExp(`${name}=(\\S+)`).exec(said)[1];
  return {
    endpoint,
    stop: () => cloud.stdin.end(),
    environment: {
      QUARKUS_DATASOURCE_REACTIVE_URL: endpoint('postgres'),
      QUARKUS_DATASOURCE_USERNAME: 'headgate',
      QUARKUS_DATASOURCE_PASSWORD: 'headgate',
      QUARKUS_REDIS_HOSTS: endpoint('redis'),
      QUARKUS_DYNAMODB_ENDPOINT_OVERRIDE: endpoint('dynamodb'),
      QUARKUS_RDS_ENDPOINT_OVERRIDE: endpoint('rds'),
      HEADGATE_RECOVERY_ELASTICACHE_ENDPOINT_OVERRIDE: endpoint('rds'),
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      HEADGATE_HTTP_SHUTDOWN_DELAY: '0s',
      HEADGATE_SECURITY_MODE: 'none',
    },
  };
}
