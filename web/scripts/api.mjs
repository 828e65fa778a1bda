// The types of the API, from the document that the server's code makes.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const document = JSON.parse(readFileSync(new URL("../../schemas/openapi.json", import.meta.url), "utf8"));
// The names of operations are those of functions in several modules and so come twice; without them each operation is described at its address.
for (const item of Object.values(document.paths)) {
  for (const operation of Object.values(item)) delete operation.operationId;
}
const types = astToString(await openapiTS(document));
writeFileSync(new URL("../src/api/schema.d.ts", import.meta.url), `// Made by scripts/api.mjs from schemas/openapi.json; not to be changed by hand.\n${types}`);
