"""The tables agree with the records of the core, and every saved filter is a good formula."""

from __future__ import annotations

import pytest

from kpidesk.core.fields import DEAL_FIELDS
from kpidesk.language import FUNCTIONS, TABLES, compile_formula, formula_words
from tests.engine.support import shipped
from tests.language.definitions import SHARED, catalogue

NAMES = ["deals", "stage_visits", "activities", "leads", "accounts", "subscriptions", "movements", "contracts",
         "surveys", "costs", "forecasts", "capacity", "people"]  # fmt: skip
FILTERS = [(table.name, name) for table in TABLES.values() for name in table.filters]
# A source for these has not been agreed on: no export carries them and nothing derives them.
WITHOUT_SOURCE = {"stage_order", "is_add_on"}
MORE_WAYS = {"deals": {"lead": "leads"}, "leads": {"deal": "deals", "account": "accounts"}}
"""What a record leads to besides what the catalogue says."""


def test_the_tables() -> None:
    assert list(TABLES) == NAMES
    assert [name for name, table in TABLES.items() if table.keeps_history] == ["deals", "subscriptions", "people"]
    assert TABLES["deals"].credits == ("owner", "creator", "opener", "current")


def test_deals_have_the_fields_of_the_records_in_their_own_names_and_kinds() -> None:
    deals = TABLES["deals"]
    for field in DEAL_FIELDS:
        if field.kind == "text":
            assert field.name not in deals.by_name
        else:
            assert deals.fields[field.name].kind == {"reference": "id"}.get(field.kind, field.kind)
    recorded = {field.name for field in DEAL_FIELDS}
    assert set(deals.fields) - recorded == {"deal_id", *(one.name for one in deals.fields.values() if one.derived)}


def test_the_old_spellings_of_deals() -> None:
    by_name = TABLES["deals"].by_name
    found = {old: by_name[old].name for old in ("owner_id", "account_id", "stage_id", "created_by_id")}
    assert found == {"owner_id": "owner", "account_id": "account", "stage_id": "stage", "created_by_id": "created_by"}


def test_a_name_means_one_thing_in_a_table() -> None:
    for table in TABLES.values():
        spelled = [name for field in table.fields.values() for name in (field.name, *field.aliases)]
        assert len(spelled) == len(set(spelled))
        assert not set(spelled) & (set(table.filters) | {"start", "end", "now"})
        assert not set(spelled) & set(TABLES)


@pytest.mark.parametrize(("table", "name"), FILTERS)
def test_every_saved_filter_compiles_and_reads_well(table: str, name: str) -> None:
    formula = compile_formula(f"count({table} where {name} on {TABLES[table].dates[0]})")
    assert TABLES[table].filters[name].words in formula_words(formula)
    opposite = formula_words(compile_formula(f"count({table} where not {name} on {TABLES[table].dates[0]})"))
    assert "not " in opposite


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_every_function_compiles(name: str) -> None:
    example = FUNCTIONS[name].example
    assert f"{name}(" in example
    assert compile_formula(example, {kpi.id: kpi.formula for kpi, _ in shipped().values()}).tree


def test_fields_and_filters_of_the_catalogue_are_known() -> None:
    import json

    catalogue()
    tables = json.loads((SHARED / "reference" / "catalogue.json").read_text(encoding="utf-8"))["tables"]
    kinds = {"text": {"text", "term", "person"}, "id": {"id", "account", "person"}}
    for name in NAMES:
        if name == "subscriptions":  # a table of its own, which the catalogue reads through accounts alone
            continue
        for column, kind in tables[name]["columns"].items():
            if column not in WITHOUT_SOURCE and (name, column) not in {
                ("deals", "stall_days"),
                ("surveys", "scale_max"),
            }:
                assert TABLES[name].by_name[column].kind in kinds.get(kind, {kind}), (name, column)
        for saved in tables[name]["saved_filters"]:
            assert saved in TABLES[name].filters or TABLES[name].by_name[saved].kind == "bool"
        assert dict(TABLES[name].belongs_to) == tables[name]["many_to_one"] | MORE_WAYS.get(name, {})
        assert TABLES[name].keeps_history == tables[name]["versioned"]
