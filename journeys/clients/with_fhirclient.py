"""A morning with fhirclient (SMART on FHIR): read, search, page, create, update, transaction."""

import os
import sys

from fhirclient import client
from fhirclient.models import observation, patient

base, person, holder, doctor = (os.environ[name] for name in ("BASE", "PERSON", "HOLDER", "DOCTOR"))


def server(token):
    smart = client.FHIRClient(settings={"app_id": "journey", "api_base": base})
    smart.server.session.headers["Authorization"] = f"Bearer {token}"
    return smart.server


def content(status, value):
    return observation.Observation({
        "resourceType": "Observation",
        "status": status,
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{person}"},
        "effectiveDateTime": "2026-11-20",
        "valueQuantity": {"value": value, "unit": "/min"},
    })


citizen, care = server(holder), server(doctor)
read = patient.Patient.read(person, citizen)
assert read.id == person and read.name[0].family == "Martin", read.as_json()

before = observation.Observation.where({"patient": person, "_count": "1"}).perform_resources(citizen)
assert len(before) == 2, f"all pages of a page size of one: {len(before)}"

made = content("preliminary", 62.0)
answer = made.create(care)
made = observation.Observation.read(answer["id"], citizen)
assert made.status == "preliminary"
made.status = "final"
answer = made.update(care)
assert answer["status"] == "final" and answer["meta"]["versionId"] != made.meta.versionId
assert observation.Observation.read(made.id, citizen).status == "final"

found = observation.Observation.where({"patient": person, "code": "http://loinc.org|8867-4"}).perform_resources(citizen)
assert [item.id for item in found] == [made.id]

bundle = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {"fullUrl": "urn:uuid:5f2a1a4e-0000-4000-8000-000000000001", "resource": content("final", 63.0).as_json(),
         "request": {"method": "POST", "url": "Observation"}},
        {"resource": {
            "resourceType": "DiagnosticReport", "status": "final", "code": {"text": "pulse"},
            "subject": {"reference": f"Patient/{person}"},
            "result": [{"reference": "urn:uuid:5f2a1a4e-0000-4000-8000-000000000001"}]},
         "request": {"method": "POST", "url": "DiagnosticReport"}},
    ],
}
answer = care.post_json("", bundle).json()
assert [entry["response"]["status"][:3] for entry in answer["entry"]] == ["201", "201"], answer
after = observation.Observation.where({"patient": person, "_count": "3"}).perform_resources(citizen)
assert len(after) == 4, len(after)
sys.exit(0)
