// Users for the rivals on Node.js: Redis first, PostgreSQL for what is not there, lists from DynamoDB too, each with its fastest settings.
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import Redis from 'ioredis';
import pg from 'pg';

const TIMESTAMPTZ = 1184;
const LIFETIME_SECONDS = 600;
const COLUMNS = 'user_id, email, name, status, created_at, version';

pg.types.setTypeParser(TIMESTAMPTZ, (text) => rfc3339(text));

// Commands of one turn of the event loop go out together.
export const redis = new Redis(process.env.BENCH_REDIS_URL, { enableAutoPipelining: true });
export const pool = new pg.Pool({ connectionString: process.env.BENCH_POSTGRES_URL, max: 20, options: '-c TimeZone=UTC' });

/** PostgreSQL's text of a time in UTC, as RFC 3339 writes it: with no fraction, milliseconds or microseconds. */
function rfc3339(text) {
  const [, date, time, fraction = ''] = /^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/.exec(text);
  const digits = fraction.padEnd(fraction.length > 3 ? 6 : fraction.length > 0 ? 3 : 0, '0');
  return `${date}T${time}${digits && `.${digits}`}Z`;
}

export const globalId = (key) => Buffer.from(`user:p:${key}`).toString('base64url');
const keyOf = (id) => Buffer.from(id, 'base64url').toString().slice('user:p:'.length);

function user(row) {
  return {
    __typename: 'User',
    id: globalId(row.user_id),
    userId: row.user_id,
    email: row.email,
    name: row.name,
    status: row.status,
    createdAt: row.created_at,
    version: row.version,
  };
}

export async function userById(id) {
  const cached = await redis.get(`bench:user:${id}`);
  if (cached !== null) return JSON.parse(cached);
  const { rows } = await pool.query({
    name: 'user',
    text: `SELECT ${COLUMNS} FROM users WHERE user_id = $1`,
    values: [keyOf(id)],
  });
  if (rows.length === 0) return null;
  return cache(user(rows[0]));
}

async function cache(found) {
  await redis.set(`bench:user:${found.id}`, JSON.stringify(found), 'EX', LIFETIME_SECONDS);
  return found;
}

export async function rename(id, name) {
  const { rows } = await pool.query({
    name: 'rename',
    text: `UPDATE users SET name = $2, version = version + 1, updated_at = now() WHERE user_id = $1 RETURNING ${COLUMNS}`,
    values: [keyOf(id), name],
  });
  return cache(user(rows[0]));
}

export async function allUsers() {
  return (await pool.query(`SELECT ${COLUMNS} FROM users ORDER BY user_id`)).rows.map(user);
}

export async function firstByCreation(count) {
  const { rows } = await pool.query({
    name: 'list',
    text: `SELECT ${COLUMNS} FROM users ORDER BY created_at, user_id LIMIT $1`,
    values: [count],
  });
  return { nodes: rows.map(user) };
}

const SHARDS = ['0', '1', '2', '3', '4', '5', '6', '7'];
const dynamoDb = new DynamoDBClient({ endpoint: process.env.BENCH_DYNAMODB_URL, requestHandler: { httpAgent: { maxSockets: 256 } } });

/** As Headgate reads them: a little of each partition of the index by creation, merged. */
export async function firstOfTable(count) {
  const pages = await Promise.all(SHARDS.map((shard) => dynamoDb.send(new QueryCommand({
    TableName: 'Users',
    IndexName: 'byCreation',
    KeyConditionExpression: 'listShard = :shard',
    ExpressionAttributeValues: { ':shard': { S: shard } },
    Limit: count,
  }))));
  return {
    nodes: pages.flatMap(({ Items }) => Items)
      .sort((a, b) => (a.listKey.S < b.listKey.S ? -1 : 1))
      .slice(0, count)
      .map((item) => ({
        userId: item.userId.S,
        email: item.email.S,
        name: item.name.S,
        status: item.status.S,
        version: Number(item.version.N),
      })),
  };
}
