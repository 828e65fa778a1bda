/** An identity provider for the tests (OpenID Connect): its page signs on whoever writes a name there. */
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Issuer {
  address: string;
  stop: () => Promise<void>;
}

export const CLIENT = "countersign";

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export async function openIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const codes = new Map<string, { name: string; nonce: string; challenge: string }>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const json = (response: ServerResponse, body: unknown, status = 200) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", address);
    const query = url.searchParams;
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        json(response, {
          issuer: address,
          authorization_endpoint: `${address}/authorize`,
          token_endpoint: `${address}/token`,
          jwks_uri: `${address}/keys`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["EdDSA"],
        });
        return;
      case "/keys":
        json(response, { keys: [{ ...publicKey.export({ format: "jwk" }), use: "sig", alg: "EdDSA", kid: "1" }] });
        return;
      case "/authorize": {
        const kept = [...query].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join("");
        const page = `<h1>County sign-on</h1><form action="/in">${kept}<label>Name <input name="name"></label><button>Sign on</button></form>`;
        response.writeHead(200, { "content-type": "text/html" }).end(page);
        return;
      }
      case "/in": {
        const code = randomUUID();
        codes.set(code, { name: query.get("name") ?? "", nonce: query.get("nonce") ?? "", challenge: query.get("code_challenge") ?? "" });
        const back = new URL(query.get("redirect_uri") ?? "");
        back.searchParams.set("code", code);
        back.searchParams.set("state", query.get("state") ?? "");
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      case "/token": {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        const sent = new URLSearchParams(Buffer.concat(parts).toString());
        const asked = codes.get(sent.get("code") ?? "");
        codes.delete(sent.get("code") ?? "");
        const challenge = createHash("sha256").update(sent.get("code_verifier") ?? "").digest("base64url");
        if (asked?.challenge !== challenge) return void json(response, { error: "invalid_grant" }, 400);
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: address, aud: CLIENT, sub: `number of ${asked.name}`, iat: now, exp: now + 60, nonce: asked.nonce, preferred_username: asked.name };
        const text = `${base64url({ alg: "EdDSA", kid: "1" })}.${base64url(claims)}`;
        const token = `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
        json(response, { access_token: "unused", token_type: "Bearer", id_token: token });
        return;
      }
      default:
        response.writeHead(404).end();
    }
  }

  return {
    address,
    stop: () => {
      server.closeAllConnections();
      return new Promise((stopped) => server.close(() => stopped()));
    },
  };
}
