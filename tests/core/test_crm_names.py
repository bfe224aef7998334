"""A source of ids by the name of its CRM: none where the CRM is not known."""

from __future__ import annotations

import tomllib

import pytest

from kpidesk import paths
from kpidesk.core.imports import ANY_SOURCE, CRM_NAMES, crm_name, form_crm


@pytest.mark.parametrize(
    ("source", "form", "named"),
    [("generic", "generic", ("", "")), ("generic", "leads", ("", "")), ("hubspot", "hubspot-calls", ("HubSpot",) * 2),
     ("salesforce", "salesforce-report", ("Salesforce",) * 2), ("Old CRM", "people", ("Old CRM", ""))],
)  # fmt: skip
def test_a_source_is_named_where_it_is_a_crm_or_a_person_named_it(
    source: str, form: str, named: tuple[str, str]
) -> None:
    assert (crm_name(source), form_crm(form)) == named


def test_every_crm_whose_exports_are_known_has_a_name() -> None:
    found = (tomllib.loads(one.read_text(encoding="utf-8")) for one in (paths.resources() / "dialects").glob("*.toml"))
    sources = {one["source"] for one in found if "source" in one} - {ANY_SOURCE}
    assert sources == set(CRM_NAMES)
