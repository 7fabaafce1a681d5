// Starts oidc-provider: node oidc_provider.mjs MODULE PORT SECRET JWKS. It prints a line once it listens.
// `shop` may ask for tokens in the header and in the form, `signing` by JWTs of the keys in JWKS (JSON), all for the scope `read`; `api` may
// look tokens up. `rotated` gets another refresh token with each use, `kept` keeps the one it has; GET /refresh-token/ID gives a new one.
import { pathToFileURL } from 'node:url';

const [module, port, secret, jwks] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(module));

const client = (id, secret, method, more = {}) => ({
  client_id: id, client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
  token_endpoint_auth_method: method, scope: 'read', ...more,
});
const refreshed = (id) => client(id, secret, 'client_secret_basic', {
  grant_types: ['authorization_code', 'refresh_token'], redirect_uris: ['https://shop.example.com/'], response_types: ['code'],
  scope: 'openid offline_access read',
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    client('shop', secret, 'client_secret_basic'),
    client('form', secret, 'client_secret_post'),
    client('api', 'api-secret', 'client_secret_basic'),
    client('signing', undefined, 'private_key_jwt', { jwks: JSON.parse(jwks ?? '{"keys": []}') }),
    refreshed('rotated'),
    refreshed('kept'),
  ],
  scopes: ['openid', 'offline_access', 'read', 'write'],
  ttl: { ClientCredentials: 600, AccessToken: 600, RefreshToken: 86400, Grant: 86400 },
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'] },
  rotateRefreshToken: (context) => context.oidc.client.clientId === 'rotated',
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
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

// What a person would have done in a browser.
provider.use(async (context, next) => {
  const [, id] = /^\/refresh-token\/(\w+)$/.exec(context.path) ?? [];
  if (!id) return next();
  const client = await provider.Client.find(id);
  const grant = new provider.Grant({ accountId: 'jane', clientId: id });
  grant.addOIDCScope('openid offline_access read');
  const grantId = await grant.save();
  const values = { accountId: 'jane', client, grantId, scope: 'openid offline_access read', gty: 'authorization_code', authTime: 1 };
  context.body = await new provider.RefreshToken(values).save();
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
