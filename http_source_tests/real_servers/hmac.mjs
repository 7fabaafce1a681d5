// Starts express behind hmac-auth-express: node hmac.mjs MODULES PORT SECRET ALGORITHM. It prints a line once it listens.
import { createRequire } from 'node:module';

const [modules, port, secret, algorithm] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const express = require('express');
const { HMAC, AuthError } = require('hmac-auth-express');

const app = express();
const json = express.json(); // which makes an empty object of no body
app.use((request, response, next) => (request.method === 'POST' ? json(request, response, next) : next()));
app.get('/moved', HMAC(secret, { algorithm }), (_request, response) => response.redirect('/items?from=moved'));
app.use(HMAC(secret, { algorithm }), (request, response) => response.json([request.originalUrl]));
app.use((error, _request, response, _next) => response.status(error instanceof AuthError ? 401 : 500).send(error.message));
app.listen(Number(port), '127.0.0.1', () => console.log('listening'));
