// A certified OpenID provider (npm oidc-provider) on a loopback address. The protocol is all its own; what is
// ours is its settings, its people, and the one page on which they say who they are.
//
// HYGIE_OIDC: { issuer?, port?, clients: [...], claims: { scope: [claim...] }, people: { name: { acr, amr, claims } } }
// Prints one line, { "port": N, "issuer": "..." }. POST /rotate gives it new keys, as a restart with others would.
import { createServer } from 'node:http'
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'

const told = JSON.parse(process.env.HYGIE_OIDC)
const pages = { next: (_, response) => response.writeHead(503).end() }
const server = createServer((request, response) => pages.next(request, response))
await new Promise((ready) => server.listen(told.port ?? 0, '127.0.0.1', ready))
const { port } = server.address()
const issuer = told.issuer ?? `http://127.0.0.1:${port}`

async function keys() {
  const pairs = [['ES256', {}], ['RS256', { modulusLength: 2048 }], ['EdDSA', { crv: 'Ed25519' }]]
  return Promise.all(pairs.map(async ([alg, options]) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true, ...options })
    return { ...await exportJWK(privateKey), alg, use: 'sig', kid: randomBytes(9).toString('base64url') }
  }))
}

async function provide() {
  const provider = new Provider(issuer, {
    jwks: { keys: await keys() },
    clients: told.clients,
    acrValues: ['eidas1', 'eidas2', 'eidas3'],
    claims: { openid: ['sub'], acr: null, amr: null, auth_time: null, iss: null, sid: null, ...told.claims },
    scopes: Object.keys(told.claims),
    conformIdTokenClaims: true,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      encryption: { enabled: true },
      jwtUserinfo: { enabled: true },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = `<!DOCTYPE html><title>Out</title><h1>Sign out here too?</h1>${form}
            <button type="submit" form="op.logoutForm" name="logout" value="yes">Yes</button>`
        },
      },
    },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256', 'EdDSA', 'HS256'],
      userinfoSigningAlgValues: ['ES256', 'RS256', 'EdDSA', 'HS256'],
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...told.people[id]?.claims }) }),
    // Who signs in has agreed on the same page: no second one asks.
    loadExistingGrant: async (context) => {
      const { client, session, params } = context.oidc
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope(params.scope)
      await grant.save()
      return grant
    },
  })
  // Whether a proxy before it was asked over TLS decides what its addresses begin with.
  provider.proxy = true
  const plain = provider.callback()
  return async (request, response) => {
    const [, uid] = request.url.match(/^\/interaction\/([^/?]+)$/) ?? []
    if (uid === undefined) return plain(request, response)
    if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'text/html' }).end(form(uid))
    const sent = new URLSearchParams(await body(request))
    const person = told.people[sent.get('account')]
    const result = sent.get('answer') === 'no' || person === undefined
      ? { error: 'access_denied', error_description: 'the person said no' }
      : { login: { accountId: sent.get('account'), acr: person.acr, amr: person.amr } }
    await provider.interactionFinished(request, response, result)
  }
}

const form = (uid) => `<!DOCTYPE html><html lang="en"><title>Provider</title><h1>Who are you?</h1>
<form method="post" action="/interaction/${uid}"><label>Account <input name="account"></label>
<button name="answer" value="yes">Sign in</button><button name="answer" value="no">Refuse</button></form></html>`

async function body(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

let serve = await provide()
pages.next = async (request, response) => {
  try {
    if (request.method === 'POST' && request.url === '/rotate') {
      serve = await provide()
      return response.writeHead(204).end()
    }
    await serve(request, response)
  } catch (error) {
    console.error(error)
    if (!response.headersSent) response.writeHead(500)
    response.end()
  }
}
console.log(JSON.stringify({ port, issuer }))
// It ends with the test that started it.
process.stdin.on('end', () => process.exit(0)).resume()
