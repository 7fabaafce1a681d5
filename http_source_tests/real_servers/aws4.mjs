// Starts a server that signs each request again with aws4: node aws4.mjs MODULES PORT KEY SECRET. It prints a line once it listens.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const [modules, port, accessKeyId, secretAccessKey] = process.argv.slice(2);
const aws4 = createRequire(`${modules}/`)('aws4');
const SIGNED = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/;

const matches = (request, body) => {
  const [, region, service, names] = SIGNED.exec(request.headers.authorization ?? '') ?? [];
  if (!names) return false;
  const headers = Object.fromEntries(names.split(';').map((name) => [name, request.headers[name]]));
  const again = {
    region, service, headers, body, host: request.headers.host, method: request.method, path: request.url,
    extraHeadersToIgnore: { 'content-length': true, ...(names.includes('content-type') ? {} : { 'content-type': true }) },
  };
  return aws4.sign(again, { accessKeyId, secretAccessKey }).headers.Authorization === request.headers.authorization;
};

createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  if (request.url === '/moved') return response.writeHead(302, { Location: '/items?from=moved' }).end();
  response.writeHead(matches(request, body) ? 200 : 403).end('[]');
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
