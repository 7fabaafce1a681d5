// Starts express-pouchdb over PouchDB in memory: node couchdb.mjs NODE_MODULES PORT. It prints a line once it listens.
// It has the routes of CouchDB that the tests use; others would need more of PouchDB's plugins.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, port] = process.argv.slice(2);
const load = createRequire(join(modules, 'express-pouchdb', 'package.json'));

const PouchDB = load('pouchdb-core').plugin(load('pouchdb-adapter-memory')).defaults({ adapter: 'memory' });
const routes = ['root', 'db', 'documents', 'changes', '404'].map((name) => `routes/${name}`);
const couch = load('express-pouchdb')(PouchDB, { inMemoryConfig: true, mode: 'custom', overrideMode: { include: routes } });

load('express')().use(couch).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
