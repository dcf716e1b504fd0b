// A morning with fhir-kit-client: read, search, page, create, update, transaction, history.

import assert from "node:assert";
import { Client } from "fhir-kit-client";

const { BASE, PERSON, HOLDER, DOCTOR } = process.env;
const [citizen, care] = [HOLDER, DOCTOR].map((bearerToken) => new Client({ baseUrl: BASE, bearerToken }));
const subject = { reference: `Patient/${PERSON}` };

async function morning() {
  const statement = await citizen.capabilityStatement();
  assert.strictEqual(statement.fhirVersion, "4.0.1");
  const read = await citizen.read({ resourceType: "Patient", id: PERSON });
  assert.strictEqual(read.name[0].family, "Martin");

  let page = await citizen.search({ resourceType: "Observation", searchParams: { patient: PERSON, _count: 1 } });
  const seen = [];
  while (page) {
    seen.push(...page.entry.map((entry) => entry.resource.id));
    page = await citizen.nextPage({ bundle: page });
  }
  assert.strictEqual(new Set(seen).size, 2, "all pages of a page size of one");

  const body = { resourceType: "Observation", status: "preliminary", code: { text: "kit" }, subject };
  const made = await care.create({ resourceType: "Observation", body });
  const updated = await care.update({
    resourceType: "Observation", id: made.id, body: { ...made, status: "final" },
  });
  assert.strictEqual(updated.status, "final");
  assert.notStrictEqual(updated.meta.versionId, made.meta.versionId);
  const first = await citizen.vread({ resourceType: "Observation", id: made.id, version: made.meta.versionId });
  assert.strictEqual(first.status, "preliminary");
  const history = await citizen.history({ resourceType: "Observation", id: made.id });
  assert.strictEqual(history.total, 2);
  const patched = await care.patch({
    resourceType: "Observation", id: made.id,
    jsonPatch: [{ op: "replace", path: "/status", value: "amended" }],
  });
  assert.strictEqual(patched.status, "amended");

  const fullUrl = "urn:uuid:5f2a1a4e-0000-4000-8000-000000000003";
  const answer = await care.transaction({ body: { resourceType: "Bundle", type: "transaction", entry: [
    { fullUrl, resource: { ...body, status: "final" }, request: { method: "POST", url: "Observation" } },
    { resource: { resourceType: "DiagnosticReport", status: "final", code: { text: "kit" }, subject, result: [{ reference: fullUrl }] },
      request: { method: "POST", url: "DiagnosticReport" } },
  ] } });
  assert.deepStrictEqual(answer.entry.map((entry) => entry.response.status.slice(0, 3)), ["201", "201"]);

  // A refusal comes as the library says errors: with its OperationOutcome.
  await assert.rejects(citizen.read({ resourceType: "Observation", id: `${PERSON}-0000000000000` }), (error) => {
    assert.strictEqual(error.response.status, 404);
    assert.strictEqual(error.response.data.resourceType, "OperationOutcome");
    return true;
  });
}

morning().catch((error) => {
  console.error(error);
  process.exit(1);
});
