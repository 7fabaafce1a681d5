// Serves an API behind express-rate-limit: node express_rate_limit.mjs EXPRESS RATE_LIMIT PORT. It prints a line once it listens, and one
// with its path for each request: "asked", and "refused" where the limit of 8 in 2 seconds refuses it.
// The first part of a path says in which form the limit is told.
import { pathToFileURL } from 'node:url';

const [expressModule, limitModule, port] = process.argv.slice(2);
const express = (await import(pathToFileURL(expressModule))).default;
const { rateLimit } = await import(pathToFileURL(limitModule));

const forms = {
  'draft-6': { standardHeaders: 'draft-6', legacyHeaders: false },
  'draft-7': { standardHeaders: 'draft-7', legacyHeaders: false },
  'draft-8': { standardHeaders: 'draft-8', legacyHeaders: false },
  legacy: { standardHeaders: false, legacyHeaders: true },
};
const api = express();
for (const [form, headers] of Object.entries(forms)) {
  const refuse = (request, response) => {
    console.log(`refused ${request.originalUrl}`);
    response.status(429).removeHeader('Retry-After').send('no');
  };
  api.use(`/${form}`, (request, _response, next) => { console.log(`asked ${request.originalUrl}`); next(); });
  api.use(`/${form}`, rateLimit({ windowMs: 2000, limit: 8, ...headers, handler: refuse }));
  api.get(`/${form}/:entity`, (_request, response) => response.json([]));
}
api.listen(Number(port), '127.0.0.1', () => console.log('listening'));
