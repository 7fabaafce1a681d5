// Starts oidc-provider: node oidc_provider.mjs MODULE PORT SECRET. It prints a line once it listens.
// `shop` may ask for tokens in the header and in the form, and for the scope `read`; `api` may look tokens up.
import { pathToFileURL } from 'node:url';

const [module, port, secret] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(module));

const client = (id, secret, method) => ({
  client_id: id, client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
  token_endpoint_auth_method: method, scope: 'read',
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    client('shop', secret, 'client_secret_basic'),
    client('form', secret, 'client_secret_post'),
    client('api', 'api-secret', 'client_secret_basic'),
  ],
  scopes: ['read', 'write'],
  ttl: { ClientCredentials: 600 },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({ scope: 'read', audience: resource, accessTokenFormat: 'opaque' }),
    },
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
