// A provider of OpenID Connect for the browser tests. Prints its port, reads {"dashboard","secret"} from its input and then
// serves; it ends with its input.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const GROUPS = { olga: ["oml-owners"], otto: ["others", "oml-operators"], sven: ["others"] };

let handle = (request, response) => response.writeHead(503).end();
const server = createServer((request, response) => handle(request, response));

function provider({ dashboard, secret }) {
  return new Provider(`http://localhost:${server.address().port}`, {
    clients: [{
      client_id: "oml",
      client_secret: secret,
      redirect_uris: [`${dashboard}/sign-in/openid/back`],
      post_logout_redirect_uris: [`${dashboard}/sign-in?out`],
    }],
    claims: { openid: ["sub"], profile: ["preferred_username", "access"] },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, access: { groups: GROUPS[id] ?? [] } }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ["of the tests"] },
  });
}

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
const input = createInterface({ input: process.stdin });
input.once("line", (line) => {
  handle = provider(JSON.parse(line)).callback();
  console.log("ready");
});
input.on("close", () => process.exit(0));
