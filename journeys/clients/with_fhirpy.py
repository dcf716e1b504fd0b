"""A morning with fhirpy: read, search, page, create, update, patch, transaction, delete."""

import os

from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

base, person, holder, doctor = (os.environ[name] for name in ("BASE", "PERSON", "HOLDER", "DOCTOR"))
citizen = SyncFHIRClient(base, authorization=f"Bearer {holder}")
care = SyncFHIRClient(base, authorization=f"Bearer {doctor}")
subject = {"reference": f"Patient/{person}"}

read = citizen.reference("Patient", person).to_resource()
assert read["name"][0]["family"] == "Martin", read

observations = citizen.resources("Observation").search(patient=person)
assert len(observations.limit(1).fetch_all()) == 2, "all pages of a page size of one"
# Its `count()` sends `_totalMethod`, which FHIR does not have: refused here, as every unknown parameter is.
assert observations.fetch_raw()["total"] == 2

made = care.resource(
    "Observation", status="preliminary", subject=subject,
    code={"coding": [{"system": "http://loinc.org", "code": "9279-1"}]},
)
made.save()
assert made["id"] and made["meta"]["versionId"]
first = made["meta"]["versionId"]
made["status"] = "final"
made.save()
assert made["meta"]["versionId"] != first
assert citizen.reference("Observation", made["id"]).to_resource()["status"] == "final"
found = citizen.resources("Observation").search(patient=person, code="9279-1").fetch_all()
assert [item["id"] for item in found] == [made["id"]]

# Nothing happens to what another wrote.
other = observations.first()
try:
    care.resource("Observation", **{**other.serialize(), "status": "cancelled"}).save()
    raise AssertionError("another's observation was changed")
except (OperationOutcome, ResourceNotFound):
    pass

answer = care.execute("", method="post", data={
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {"fullUrl": "urn:uuid:5f2a1a4e-0000-4000-8000-000000000002",
         "resource": {"resourceType": "Observation", "status": "final", "code": {"text": "breath"}, "subject": subject},
         "request": {"method": "POST", "url": "Observation"}},
        {"resource": {"resourceType": "List", "status": "current", "mode": "working", "subject": subject,
                      "entry": [{"item": {"reference": "urn:uuid:5f2a1a4e-0000-4000-8000-000000000002"}}]},
         "request": {"method": "POST", "url": "List"}},
    ],
})
assert [entry["response"]["status"][:3] for entry in answer["entry"]] == ["201", "201"], answer
made.delete()
assert observations.fetch_raw()["total"] == 3
