"""The workspace file: records, people, goals and definitions in one SQLite database, with history and undo."""

from typing import TYPE_CHECKING

from kpidesk.on_demand import on_demand
from kpidesk.store.homes import HOMES

if TYPE_CHECKING:
    from kpidesk.store.alike import account_numbers, known_keys, newest_record, records_now
    from kpidesk.store.apart import Apart, forget_apart, keep_apart, kept_apart, note_apart, pairs_apart
    from kpidesk.store.aside import in_steps
    from kpidesk.store.backups import backup, backup_if_due, restore
    from kpidesk.store.cadences import (
        delete_cadence,
        first_day,
        first_import_day,
        load_cadences,
        one_on_one_days,
        save_cadence,
    )
    from kpidesk.store.checking import CheckReport, check
    from kpidesk.store.coaching_goals import (
        drop_coaching_goal,
        judged_goal_ids,
        load_coaching_goals,
        save_coaching_goal,
        unjudged_goals,
    )
    from kpidesk.store.columns import load_columns, load_columns_of
    from kpidesk.store.curation import (
        known_outcomes,
        load_curation,
        load_profiles,
        profiles_by_import,
        undone_profiles,
    )
    from kpidesk.store.custom import custom_column, custom_headers, custom_samples
    from kpidesk.store.database import Database, data_version, local_day
    from kpidesk.store.deal_keys import called
    from kpidesk.store.deal_merges import (
        DealMerge,
        deal_merges,
        joined_deals,
        merge_deal_pairs,
        merge_deals,
        merges_by_imports,
        missing_on,
        missing_on_each,
        named_deals,
        newest_value,
        sources_of_deal,
        split_deals,
        tellers,
    )
    from kpidesk.store.details import (
        account_ids,
        account_texts,
        cells_of,
        deal_names,
        deal_rows,
        deal_texts,
        deals_in_brief,
        deals_of_keys,
        deals_with,
        has_next_steps,
        import_sources,
        rows_by_id,
        says_something,
        text_blocks,
        texts_of_block,
        value_texts,
        values_by_source,
        values_named,
        values_with_step,
    )
    from kpidesk.store.entries import entry_detail, load_entries, save_entry
    from kpidesk.store.erasing import Erased, erase_person, names_of, placeholder_for, placeholders
    from kpidesk.store.event_order import told_backwards
    from kpidesk.store.first_views import first_views, keep_first_views, packed_view, unpacked_view
    from kpidesk.store.goals import (
        every_baseline,
        load_goals,
        role_names,
        save_baseline,
        save_target,
        taken_away,
        target_detail,
        withdraw_baseline,
        withdraw_target,
    )
    from kpidesk.store.imports import (
        ImportHeader,
        ImportOutcome,
        came_together,
        first_data_date,
        import_recipe,
        imported_digests,
        rejected_rows,
        run_import,
    )
    from kpidesk.store.initiatives import drop_initiative, load_initiatives, save_initiative
    from kpidesk.store.kept_findings import load_left, save_left
    from kpidesk.store.kpis import began_on, kpi_log, kpi_versions, kpis_on, load_kpis, save_kpi, save_kpis
    from kpidesk.store.leftovers import copies, delete_copies, naming
    from kpidesk.store.likeness import Suggestion, suggestions
    from kpidesk.store.links import LinkCount, id_forms, link_counts, load_links, load_own_links, unlinked_rows
    from kpidesk.store.log import log_mark, log_since, newest_import
    from kpidesk.store.meetings import (
        Agreed,
        HeldMeeting,
        LastMeeting,
        add_meeting,
        carried_actions,
        delete_meeting,
        held_meetings,
        keep_meeting,
        keep_meeting_close,
        keep_meeting_start,
        last_meeting,
        load_meeting,
        load_meeting_sheet,
        load_meetings,
        settle_action,
    )
    from kpidesk.store.merges import (
        Merge,
        bearer,
        counts_as,
        merge_account_pairs,
        merge_accounts,
        merge_people,
        merged_away,
        merges,
        newest_merge,
        split,
    )
    from kpidesk.store.names import people_by_name
    from kpidesk.store.objectives import load_focus, load_objectives, place_objectives, save_focus, save_objective
    from kpidesk.store.open_rejects import OpenReject, open_rejects
    from kpidesk.store.opening import open_workspace
    from kpidesk.store.organisation import load_organisation
    from kpidesk.store.past_imports import data_dates, import_history, teams_told_after
    from kpidesk.store.pay_plans import delete_pay_plans, load_pay_plans, save_pay_plan
    from kpidesk.store.people import (
        apply_people,
        assign_teams,
        rename_person,
    )
    from kpidesk.store.people_facts import PersonFacts, accounts_facts, people_facts, spoken_name
    from kpidesk.store.personal_data import Rows, person_records, person_rows, person_values, redaction
    from kpidesk.store.preparations import (
        ask_preparation,
        find_preparation,
        keep_answer,
        load_preparation,
        waits_for,
    )
    from kpidesk.store.rates import currency_counts, has_amounts, load_rates
    from kpidesk.store.reading import read_sql, source_numbers
    from kpidesk.store.review_deals import carry_steps
    from kpidesk.store.reviews import (
        Made,
        add_review,
        ask_for_review,
        delete_review,
        has_met,
        is_theirs,
        keep_close,
        keep_review,
        keep_start,
        last_data_date,
        load_review,
        load_reviews,
        load_sheet,
        months_met,
        open_commitments,
        overrule,
    )
    from kpidesk.store.sealed import has_sheets
    from kpidesk.store.settings import load_settings, save_settings, settings_on
    from kpidesk.store.shown_in import imports_showing, value_places
    from kpidesk.store.signals import (
        delete_acknowledgement,
        delete_note,
        load_acknowledgements,
        load_limits,
        load_notes,
        load_rules,
        retire_rule,
        save_acknowledgement,
        save_limits,
        save_note,
        save_rule,
    )
    from kpidesk.store.sourcing import deal_of_values, deals_of_leads, first_lead
    from kpidesk.store.submissions import (
        ImportedForecast,
        add_submission,
        has_imported_forecasts,
        imported_forecasts,
        load_submissions,
        major_of,
        minor_of,
        next_submission,
    )
    from kpidesk.store.table_words import tables
    from kpidesk.store.traces import deal_number, deals_told_by, first_places, shown_otherwise, undo_effect
    from kpidesk.store.uncarried import take_uncarried
    from kpidesk.store.undo import UndoOutcome, undo_import, undone_with
    from kpidesk.store.unfinished import load_unfinished, save_unfinished
    from kpidesk.store.value_columns import unlike_columns
    from kpidesk.store.views import delete_view, load_views, save_view

on_demand(__name__, HOMES)
