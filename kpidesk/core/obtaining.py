"""Where each kind of record comes from: what to export in the usual CRMs, or which table to keep by hand."""

from __future__ import annotations

from collections.abc import Mapping

from kpidesk.core.fields import Kind

HOW_TO_GET: Mapping[Kind, str] = {
    "deals": "Salesforce: a report of Opportunities, or Opportunity.csv of the data export. HubSpot: Deals, Export. "
    "Pipedrive: Deals, Export. Zoho, Dynamics and Odoo: export the list of deals or opportunities.",
    "people": "A table with Person, Team, Role and Hired. Salesforce: User.csv and UserRole.csv of the data export.",
    "activities": "Salesforce: Task.csv and Event.csv of the data export, or a report of Tasks and Events. HubSpot: "
    "the exports of Calls and of Meetings. Pipedrive: Activities, Export. Zoho: Calls, Events and Tasks.",
    "leads": "Salesforce: a report of Leads, or Lead.csv of the data export. HubSpot: the export of Contacts with its "
    "lifecycle dates. Pipedrive: Leads, Export. Zoho and Odoo: export the list of leads.",
    "accounts": "Salesforce: Account.csv of the data export. HubSpot: Companies, Export view. Elsewhere a table with "
    "Account, Segment, Vertical and Owner.",
    "subscriptions": "From billing: a table with Account, Product, MRR (or ARR), Start and End, one row for each "
    "subscription.",
    "movements": "From billing: subscriptions with Start and End are enough. Otherwise a table with Account, Date, "
    "Kind (new, expansion, contraction, churn, reactivation) and Amount.",
    "contracts": "A table with Account, End of term, Renewable MRR, Renewed MRR and Status (renewed, lost, pending).",
    "surveys": "From the survey tool: a table with Account, Date, Kind (NPS, CSAT, implementation) and Score.",
    "costs": "From accounting: a table with Period, Amount, Category (such as SDR) and, where costs of "
    "existing customers are in it, Motion (new or existing).",
    "forecasts": "Salesforce: the forecast of the first day, exported. Elsewhere a table with Person, Period, Category "
    "(commit), Horizon (day one) and Amount.",
    "quotas": "Salesforce: ForecastingQuota.csv of the data export. Elsewhere a table with Person or Team, Period and "
    "Amount, or targets typed in.",
    "stage-history": "Salesforce: OpportunityHistory.csv of the data export, or a report with stage history.",
    "rates": "A table with Currency, From and Rate. Salesforce: CurrencyType.csv of the data export.",
    "absences": "A table with Person, First day and Last day.",
    "holidays": "A table with Day.",
}
"""What to export for each kind of record."""
