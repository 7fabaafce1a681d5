// Starts a server behind http-auth's Digest: node digest.mjs MODULE PORT USER PASSWORD. It prints a line once it listens.
// It answers whoever signs with how many requests it has refused so far.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const [module, port, user, password] = process.argv.slice(2);
const auth = createRequire(import.meta.url)(module);
const md5 = (text) => createHash('md5').update(text).digest('hex');

let refused = 0;
const digest = auth.digest({ realm: 'shop' }, (name, found) => (name === user ? found(md5(`${user}:shop:${password}`)) : found()));

const server = createServer(digest.check((_request, response) => response.end(JSON.stringify([refused]))));
server.on('request', (_request, response) => response.on('finish', () => { if (response.statusCode === 401) refused += 1; }));
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
