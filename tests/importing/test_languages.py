"""Plain tables in German, French and Spanish are understood like English ones: kinds, columns, words, numbers, days."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from kpidesk.core.fields import FIELDS, KINDS, FieldKind, Kind
from kpidesk.core.imports import ImportOptions
from kpidesk.core.records import Cell
from kpidesk.importing.dialects import GENERIC, read_dialect, shipped
from kpidesk.importing.flags import no_words, read_flag, yes_words
from kpidesk.importing.headers import Match, match_columns, normalised
from kpidesk.importing.kinds import choose_kind
from kpidesk.importing.profiles import NOTHING
from kpidesk.importing.samples import Sample
from kpidesk.paths import resources
from tests.importing.support import look, read, write

ENGLISH = resources() / "dialects"
FILES = sorted((ENGLISH / "languages").glob("*.toml"))
WITH_HEADERS = [path for path in FILES if len(tomllib.loads(path.read_text(encoding="utf-8"))) > 2]
"""The languages of which more is known than yes and no."""

SAMPLES: dict[str, tuple[Kind, str, dict[str, Cell]]] = {
    "german deals of HubSpot": (
        "deals",
        "Datensatz-ID;Deal-Name;Zuständiger Mitarbeiter;Firma;Dealphase;Betrag;Währung;Deal-Typ;Quelle;Erstelldatum;"
        "Abschlussdatum;Grund für verlorenen Deal;Nächster Schritt\n"
        '42; Ventile ;Jürgen Maaß;Auer & Söhne;Abgeschlossen und verloren;"13.640,50";EUR;Neugeschäft;Messe;'
        "27.01.2025;04.03.2025;Preis;anrufen\n",
        {"name": "Ventile", "owner": "Jürgen Maaß", "account": "Auer & Söhne", "stage": "Abgeschlossen und verloren",
         "amount": 1_364_050, "currency": "EUR", "type": "new", "lead_source": "Messe", "created_at": "2025-01-27",
         "close_date": "2025-03-04", "loss_reason": "Preis", "next_step": "anrufen"},
    ),
    "german deals of Salesforce": (
        "deals",
        "Opportunity-ID;Opportunity-Name;Opportunity-Inhaber;Accountname;Phase;Betrag;Wahrscheinlichkeit (%);"
        "Schlusstermin;Erstelldatum;Leadquelle\n"
        "006A;Pumpen;Ann Weiß;Auer;Gewonnen;1.200,00;100;24.03.2025;01.02.2025;Web\n",
        {"name": "Pumpen", "owner": "Ann Weiß", "account": "Auer", "stage": "Gewonnen", "amount": 120_000,
         "currency": "USD", "probability": 1_000_000, "close_date": "2025-03-24", "created_at": "2025-02-01",
         "lead_source": "Web"},
    ),
    "german deals of Pipedrive": (
        "deals",
        "Deal - Titel;Deal - Wert;Deal - Besitzer;Deal - Organisation;Deal - Phase;Deal - Status;Deal - Deal erstellt;"
        "Deal - Erwartetes Abschlussdatum\nPumpen;1200,5;Ann Weiß;Auer;Angebot;Verloren;2025-02-01 08:15;2025-03-24\n",
        {"name": "Pumpen", "amount": 120_050, "owner": "Ann Weiß", "account": "Auer", "stage": "Angebot",
         "status": "Verloren", "currency": "USD", "created_at": "2025-02-01", "close_date": "2025-03-24"},
    ),
    "german activities": (
        "activities",
        "Aktivitäts-ID;Aktivitätstyp;Betreff;Zuständiger Mitarbeiter;Datum;Dauer (Min.);Richtung;Ergebnis;Deal-ID\n"
        "A1;ANRUF;Erstgespräch;Svenja Böttcher;16.10.2026;13;Ausgehend;nicht erreicht;9\n",
        {"type": "call", "subject": "Erstgespräch", "person": "Svenja Böttcher", "occurred_at": "2026-10-16",
         "duration": 780, "direction": "out", "status": "held", "deal": "9"},
    ),
    "german leads": (
        "leads",
        "Lead-ID;Vorname;Nachname;E-Mail;Firma;Zuständiger Mitarbeiter;Lead-Status;Lead-Quelle;Erstellt am;"
        "Konvertiert am\nL1;Ben;Weiß;b@k.de;Auer;Deniz Aydın;Neu;Webseite;18.02.2026;\n",
        {"name": "Ben Weiß", "email": "b@k.de", "account": "Auer", "owner": "Deniz Aydın", "status": "Neu",
         "source": "Webseite", "created_at": "2026-02-18"},
    ),
    "german people": (
        "people",
        "Mitarbeiterin;E-Mail-Adresse;Vertriebsteam;Rolle;Eintrittsdatum\nAnn Weiß;a@k.de;Süd;Vertriebsleiterin;"
        "15.04.2020\n",
        {"person": "Ann Weiß", "email": "a@k.de", "team": "Süd", "role": "Manager", "hire_at": "2020-04-15"},
    ),
    "german accounts": (
        "accounts",
        "Kundennummer;Firmenname;Branche;Land;Anzahl Mitarbeiter;Jahresumsatz;Währung;Betreuer;Kunde seit\n"
        "K1;Auer;Chemie;DE;1.250;2.000.000,00;EUR;Ann Weiß;15.04.2020\n",
        {"account": "Auer", "vertical": "Chemie", "region": "DE", "employees": 1250, "revenue": 200_000_000,
         "currency": "EUR", "owner": "Ann Weiß", "created_at": "2020-04-15"},
    ),
    "german contracts": (
        "contracts",
        "Vertragsnummer;Kunde;Vertragsbeginn;Vertragsende;Monatsbetrag;Währung;Vertragsstatus\n"
        "V1;Auer;15.04.2020;14.04.2021;99,90;EUR;Gekündigt\n",
        {"account": "Auer", "term_start_at": "2020-04-15", "term_end_at": "2021-04-14", "renewable_mrr": 9_990,
         "currency": "EUR", "status": "lost"},
    ),
    "german subscriptions": (
        "subscriptions",
        "Abo-ID;Kunde;Tarif;Monatsbetrag;Währung;Beginn;Gekündigt zum;Lizenzen;Testphase\n"
        "S1;Auer;Profi;99,90;EUR;15.04.2020;14.04.2021;5;nein\n",
        {"account": "Auer", "product": "Profi", "mrr": 9_990, "currency": "EUR", "starts_at": "2020-04-15",
         "ends_at": "2021-04-14", "quantity": 5, "is_trial": 0},
    ),
    "german revenue movements": (
        "movements",
        "Kunde;Wirksam zum;Art der Änderung;MRR-Änderung;Währung;Tarif;Kündigungsgrund\n"
        "Auer;14.04.2021;Kündigung;-99,90;EUR;Profi;Preis\n",
        {"account": "Auer", "effective_at": "2021-04-14", "kind": "churn", "amount": -9_990, "currency": "EUR",
         "product": "Profi", "reason": "Preis"},
    ),
    "german stage changes of Salesforce": (
        "stage-history",
        "Opportunity-Name;Von Phase;Nach Phase;Zuletzt geändert am;Zuletzt geändert von;Betrag;Wahrscheinlichkeit (%)\n"
        "Pumpen;Angebot;Verhandlung;24.03.2025 08:15;Ann Weiß;1.200,00;60\n",
        {"deal": "Pumpen", "from_stage": "Angebot", "stage": "Verhandlung", "entered_at": "2025-03-24T08:15",
         "changed_by": "Ann Weiß", "amount": 120_000, "currency": "USD", "probability": 600_000},
    ),
    "german stage changes by field": (
        "stage-history",
        "Datensatz-ID;Alter Wert;Neuer Wert;Bearbeitet am;Bearbeitet von\n42;Angebot;Gewonnen;24.03.2025;Ann Weiß\n",
        {"deal": "42", "from_stage": "Angebot", "stage": "Gewonnen", "entered_at": "2025-03-24",
         "changed_by": "Ann Weiß"},
    ),
    "french deals": (
        "deals",
        "ID d’opportunité;Nom de l’opportunité;Propriétaire de l’opportunité;Nom du compte;ÉTAPE;Montant;Devise;"
        "Date de création;Date de clôture;Motif de la perte\n"
        "1;Vannes;Zoé Noël;Hôtel Sud;Fermé perdu;13 640,50;EUR;27/01/2025;04/03/2025;Prix\n",
        {"name": "Vannes", "owner": "Zoé Noël", "account": "Hôtel Sud", "stage": "Fermé perdu", "amount": 1_364_050,
         "currency": "EUR", "created_at": "2025-01-27", "close_date": "2025-03-04", "loss_reason": "Prix"},
    ),
    "french activities": (
        "activities",
        "Type d'activité;Objet;Attribué à;Société;Date de l'activité;Durée (min);Sens;Statut\n"
        "Rendez-vous;Besoins;Zoé Noël;Hôtel Sud;27/01/2025;45;Sortant;Terminé\n",
        {"type": "meeting", "subject": "Besoins", "person": "Zoé Noël", "account": "Hôtel Sud",
         "occurred_at": "2025-01-27", "duration": 2_700, "direction": "out", "status": "held"},
    ),
    "french leads": (
        "leads",
        "Nom;Courriel;Société;Propriétaire;Origine;Créé le;Converti le\n"
        "Noël;z@h.fr;Hôtel Sud;Zoé;Salon;27/01/2025;04/03/2025\n",
        {"name": "Noël", "email": "z@h.fr", "account": "Hôtel Sud", "owner": "Zoé", "source": "Salon",
         "created_at": "2025-01-27", "converted_at": "2025-03-04"},
    ),
    "french people": (
        "people",
        "Nom complet;Courriel;Équipe;Fonction;Date d'embauche\nZoé Noël;z@h.fr;Sud;Directrice commerciale;27/01/2020\n",
        {"person": "Zoé Noël", "email": "z@h.fr", "team": "Sud", "role": "Manager", "hire_at": "2020-01-27"},
    ),
    "french accounts": (
        "accounts",
        "Numéro de client;Nom de la société;Secteur d'activité;Pays;Effectif;Client depuis\n"
        "K1;Hôtel Sud;Tourisme;FR;35;27/01/2020\n",
        {"account": "Hôtel Sud", "vertical": "Tourisme", "region": "FR", "employees": 35, "created_at": "2020-01-27"},
    ),
    "french contracts": (
        "contracts",
        "Numéro de contrat;Client;Début du contrat;Fin du contrat;Montant mensuel;Devise;Statut du contrat\n"
        "V1;Hôtel Sud;27/01/2020;26/01/2021;99,90;EUR;Résilié\n",
        {"account": "Hôtel Sud", "term_start_at": "2020-01-27", "term_end_at": "2021-01-26", "renewable_mrr": 9_990,
         "currency": "EUR", "status": "lost"},
    ),
    "french subscriptions": (
        "subscriptions",
        "Client;Formule;Montant mensuel;Devise;Date de début;Résilié le;Période d'essai\n"
        "Hôtel Sud;Pro;99,90;EUR;27/01/2020;26/01/2021;oui\n",
        {"account": "Hôtel Sud", "product": "Pro", "mrr": 9_990, "currency": "EUR", "starts_at": "2020-01-27",
         "ends_at": "2021-01-26", "is_trial": 1},
    ),
    "french revenue movements": (
        "movements",
        "Client;Date d’effet;Type de mouvement;Variation du MRR;Devise;Formule\n"
        "Hôtel Sud;27/01/2020;Montée en gamme;99,90;EUR;Pro\n",
        {"account": "Hôtel Sud", "effective_at": "2020-01-27", "kind": "expansion", "amount": 9_990, "currency": "EUR",
         "product": "Pro"},
    ),
    "french stage changes": (
        "stage-history",
        "Nom de l’opportunité;De l’étape;À l’étape;Date de dernière modification;Dernière modification par;Montant\n"
        "Vannes;Devis;Fermé gagné;27/01/2025;Zoé Noël;13 640,50\n",
        {"deal": "Vannes", "from_stage": "Devis", "stage": "Fermé gagné", "entered_at": "2025-01-27",
         "changed_by": "Zoé Noël", "amount": 1_364_050, "currency": "USD"},
    ),
    "spanish deals": (
        "deals",
        "ID de registro;Nombre del negocio;Propietario del negocio;Empresa;Etapa del negocio;Importe;Moneda;"
        "Fecha de creación;Fecha de cierre;Tipo de negocio\n"
        '1;Válvulas;Íñigo Peña;Niño SA;Cierre ganado;"13.640,50";EUR;27/01/2025;04/03/2025;Cliente existente\n',
        {"name": "Válvulas", "owner": "Íñigo Peña", "account": "Niño SA", "stage": "Cierre ganado",
         "amount": 1_364_050, "currency": "EUR", "created_at": "2025-01-27", "close_date": "2025-03-04",
         "type": "expansion"},
    ),
    "spanish activities": (
        "activities",
        "Tipo de actividad;Asunto;Asignado a;Cuenta;Fecha;Duración en segundos;Dirección;Resultado\n"
        "Llamada;Primera;Íñigo Peña;Niño SA;27/01/2025;45;Saliente;Sin respuesta\n",
        {"type": "call", "subject": "Primera", "person": "Íñigo Peña", "account": "Niño SA",
         "occurred_at": "2025-01-27", "duration": 45, "direction": "out", "status": "held"},
    ),
    "spanish leads": (
        "leads",
        "Nombre completo;Correo electrónico;Empresa;Propietario;Origen;Fecha de creación;Fecha de conversión\n"
        "Íñigo Peña;i@n.es;Niño SA;Ana;Feria;27/01/2025;04/03/2025\n",
        {"name": "Íñigo Peña", "email": "i@n.es", "account": "Niño SA", "owner": "Ana", "source": "Feria",
         "created_at": "2025-01-27", "converted_at": "2025-03-04"},
    ),
    "spanish people": (
        "people",
        "Nombre;Correo;Equipo;Puesto;Fecha de contratación\nÍñigo Peña;i@n.es;Sur;Jefa de ventas;27/01/2020\n",
        {"person": "Íñigo Peña", "email": "i@n.es", "team": "Sur", "role": "Manager", "hire_at": "2020-01-27"},
    ),
    "spanish accounts": (
        "accounts",
        "ID de cliente;Nombre de la empresa;Industria;País;Número de empleados;Cliente desde\n"
        "K1;Niño SA;Turismo;ES;35;27/01/2020\n",
        {"account": "Niño SA", "vertical": "Turismo", "region": "ES", "employees": 35, "created_at": "2020-01-27"},
    ),
    "spanish revenue movements": (
        "movements",
        "Cliente;Fecha de baja;Tipo de movimiento;Variación del MRR;Moneda;Motivo de la baja\n"
        "Niño SA;27/01/2020;Baja;-99,90;EUR;Precio\n",
        {"account": "Niño SA", "effective_at": "2020-01-27", "kind": "churn", "amount": -9_990, "currency": "EUR",
         "reason": "Precio"},
    ),
    "spanish stage changes": (
        "stage-history",
        "Nombre de la oportunidad;Etapa anterior;Nueva etapa;Fecha de modificación;Modificado por;Fecha de cierre\n"
        "Válvulas;Propuesta;Cierre ganado;27/01/2025;Íñigo Peña;04/03/2025\n",
        {"deal": "Válvulas", "from_stage": "Propuesta", "stage": "Cierre ganado", "entered_at": "2025-01-27",
         "changed_by": "Íñigo Peña", "close_date": "2025-03-04"},
    ),
    "spanish contracts": (
        "contracts",
        "Número de contrato;Cliente;Inicio del contrato;Fin del contrato;Importe mensual;Moneda;Estado del contrato\n"
        "V1;Niño SA;27/01/2020;26/01/2021;99,90;EUR;Renovado\n",
        {"account": "Niño SA", "term_start_at": "2020-01-27", "term_end_at": "2021-01-26", "renewable_mrr": 9_990,
         "currency": "EUR", "status": "renewed"},
    ),
    "spanish subscriptions": (
        "subscriptions",
        "Cliente;Producto;Importe mensual;Moneda;Fecha de inicio;Fecha de fin;Prueba\n"
        "Niño SA;Pro;99,90;EUR;27/01/2020;26/01/2021;sí\n",
        {"account": "Niño SA", "product": "Pro", "mrr": 9_990, "currency": "EUR", "starts_at": "2020-01-27",
         "ends_at": "2021-01-26", "is_trial": 1},
    ),
    "german costs of a ledger": (
        "costs",
        "Buchungsdatum;Kostenart;Kostenstelle;Mitarbeiter;Betrag netto (€);Zweck\n"
        "31.01.2026;Vertriebsgehälter;Süd;Jürgen Maaß;5.230,75;Neukunden\n",
        {"period_at": "2026-01-31", "category": "ae", "team": "Süd", "person": "Jürgen Maaß", "amount": 523_075,
         "currency": "EUR", "motion": "new"},
    ),
    "german quotas": (
        "quotas",
        "Mitarbeiterin;Vertriebsteam;Zielquartal;Umsatzziel (EUR)\nAnn Weiß;Süd;Q2/2026;125.000,00 €\n",
        {"person": "Ann Weiß", "team": "Süd", "period_at": "2026-04-01", "amount": 12_500_000, "currency": "EUR"},
    ),
    "german absences of Personio": (
        "absences",
        "Mitarbeiter;Abwesenheitsart;Von;Bis;Status;Kommentar\nJürgen Maaß;Bezahlter Urlaub;03.08.2026;14.08.2026;"
        "Genehmigt;\n",
        {"person": "Jürgen Maaß", "reason": "vacation", "starts_at": "2026-08-03", "ends_at": "2026-08-14"},
    ),
    "german holidays": (
        "holidays",
        "Datum;Wochentag;Feiertag;Bundesland\n15.08.2026;Samstag;Mariä Himmelfahrt;Bayern\n",
        {"day": "2026-08-15", "name": "Mariä Himmelfahrt", "region": "Bayern"},
    ),
    "german survey answers": (
        "surveys",
        "Zeitstempel;Umfrage;Kunde;Bewertung;Hauptgrund;Anmerkungen;Betreuer\n"
        "27.01.2026 14:05:00;Weiterempfehlung;Auer & Söhne;9;Beratung;Gerne wieder;Ann Weiß\n",
        {"responded_at": "2026-01-27", "kind": "nps", "account": "Auer & Söhne", "score": 9_000, "reason": "Beratung",
         "comment": "Gerne wieder", "owner": "Ann Weiß"},
    ),
    "german forecasts": (
        "forecasts",
        "Verkäufer;Prognosekategorie;Quartal;Prognosebetrag;Währung;Abgegeben am\n"
        "Jürgen Maaß;Zusage;Q1 2026;82.500,50;EUR;15.01.2026\n",
        {"person": "Jürgen Maaß", "category": "commit", "period_at": "2026-01-01", "amount": 8_250_050,
         "currency": "EUR", "submitted_at": "2026-01-15"},
    ),
    "german exchange rates": (
        "rates",
        "Währung;Gültig ab;Kurs;Zielwährung\nCHF;01.01.2026;1,0625;USD\n",
        {"currency": "CHF", "valid_from": "2026-01-01", "rate": "1.0625", "to_currency": "USD"},
    ),
    "french costs": (
        "costs",
        "Mois;Type de dépense;Centre de coûts;Salarié;Montant HT;Devise;Finalité\n"
        "janvier 2026;Salons;Sud;Zoé Noël;1 230,75;EUR;Fidélisation\n",
        {"period_at": "2026-01-01", "category": "marketing", "team": "Sud", "person": "Zoé Noël", "amount": 123_075,
         "currency": "EUR", "motion": "existing"},
    ),
    "french quotas": (
        "quotas",
        "Commercial;Équipe commerciale;Trimestre;Objectif de chiffre d'affaires;Devise\n"
        "Zoé Noël;Sud;T2 2026;125 000,00;EUR\n",
        {"person": "Zoé Noël", "team": "Sud", "period_at": "2026-04-01", "amount": 12_500_000, "currency": "EUR"},
    ),
    "french absences": (
        "absences",
        "Collaborateur;Type d'absence;Du;Au;Commentaire\nZoé Noël;Congés payés;03/08/2026;14/08/2026;été\n",
        {"person": "Zoé Noël", "reason": "vacation", "starts_at": "2026-08-03", "ends_at": "2026-08-14"},
    ),
    "french holidays": (
        "holidays",
        "Date;Jour férié;Zone\n14/07/2026;Fête nationale;Métropole\n",
        {"day": "2026-07-14", "name": "Fête nationale", "region": "Métropole"},
    ),
    "french survey answers": (
        "surveys",
        "Horodateur;Enquête;Nom du client;Note;Commentaires\n"
        "27/01/2026 14:05:00;Satisfaction client;Hôtel Sud;4;Très bien\n",
        {"responded_at": "2026-01-27", "kind": "csat", "account": "Hôtel Sud", "score": 4_000, "comment": "Très bien"},
    ),
    "french forecasts": (
        "forecasts",
        "Commerciale;Catégorie de prévision;Trimestre;Montant prévu;Devise;Soumis le\n"
        "Zoé Noël;Meilleur cas;T1 2026;82 500,50;EUR;15/01/2026\n",
        {"person": "Zoé Noël", "category": "best_case", "period_at": "2026-01-01", "amount": 8_250_050,
         "currency": "EUR", "submitted_at": "2026-01-15"},
    ),
    "french exchange rates": (
        "rates",
        "Devise;Date d'effet;Taux de change;Devise cible\nCHF;31/01/2026;1,0625;USD\n",
        {"currency": "CHF", "valid_from": "2026-01-31", "rate": "1.0625", "to_currency": "USD"},
    ),
    "spanish costs": (
        "costs",
        "Fecha contable;Tipo de gasto;Centro de coste;Empleado;Importe;Moneda;Finalidad\n"
        "31/01/2026;Comisiones;Sur;Íñigo Peña;1.230,75;EUR;Captación\n",
        {"period_at": "2026-01-31", "category": "commission", "team": "Sur", "person": "Íñigo Peña",
         "amount": 123_075, "currency": "EUR", "motion": "new"},
    ),
    "spanish quotas": (
        "quotas",
        "Comercial;Equipo;Trimestre;Cuota de ventas;Moneda\nÍñigo Peña;Sur;T2 2026;125.000,00;EUR\n",
        {"person": "Íñigo Peña", "team": "Sur", "period_at": "2026-04-01", "amount": 12_500_000, "currency": "EUR"},
    ),
    "spanish absences": (
        "absences",
        "Empleada;Tipo de ausencia;Desde;Hasta\nAna Peña;Baja médica;31/08/2026;14/09/2026\n",
        {"person": "Ana Peña", "reason": "sick", "starts_at": "2026-08-31", "ends_at": "2026-09-14"},
    ),
    "spanish holidays": (
        "holidays",
        "Fecha;Festivo;Comunidad autónoma\n28/02/2026;Día de Andalucía;Andalucía\n",
        {"day": "2026-02-28", "name": "Día de Andalucía", "region": "Andalucía"},
    ),
    "spanish survey answers": (
        "surveys",
        "Marca temporal;Tipo de encuesta;Cliente;Puntuación;Motivo;Comentarios\n"
        "27/01/2026 14:05:00;Implantación;Niño SA;8,5;Plazo;Rápido\n",
        {"responded_at": "2026-01-27", "kind": "implementation", "account": "Niño SA", "score": 8_500,
         "reason": "Plazo", "comment": "Rápido"},
    ),
    "spanish forecasts": (
        "forecasts",
        "Vendedora;Categoría de previsión;Mes;Importe previsto;Moneda;Fecha de envío\n"
        "Ana Peña;Comprometido;enero 2026;82.500,50;EUR;15/01/2026\n",
        {"person": "Ana Peña", "category": "commit", "period_at": "2026-01-01", "amount": 8_250_050,
         "currency": "EUR", "submitted_at": "2026-01-15"},
    ),
    "spanish exchange rates": (
        "rates",
        "Divisa;Válido desde;Tipo de cambio;Moneda base\nCHF;31/01/2026;1,0625;USD\n",
        {"currency": "CHF", "valid_from": "2026-01-31", "rate": "1.0625", "to_currency": "USD"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_a_plain_table_is_understood_in_its_language(name: str, tmp_path: Path) -> None:
    kind, text, expected = SAMPLES[name]
    dirty = write(tmp_path, f"\ufeff{text}\n".replace("\n", "\r\n"), "export.csv")
    imported = read(dirty, ImportOptions(stages={"Angebot": "open"}))
    assert imported.plan.preview.kind == kind
    assert [question.about for question in imported.plan.preview.questions] == []
    assert [{name: value for name, value in row.items() if value is not None} for row in imported.rows] == [expected]


@pytest.mark.parametrize("name", ["german costs of a ledger", "french costs", "spanish costs"])
def test_a_file_of_a_ledger_in_the_letters_of_windows_is_read(name: str, tmp_path: Path) -> None:
    _, text, expected = SAMPLES[name]
    imported = read(write(tmp_path, text.encode("cp1252")))
    assert imported.plan.preview.questions == ()
    assert [{name: value for name, value in row.items() if value is not None} for row in imported.rows] == [expected]


CELLS: dict[FieldKind, str] = {
    "date": "27.01.2025", "stamp": "27.01.2025", "money": "1.200,50", "ratio": "50", "score": "9", "number": "5",
    "decimal": "0,9123", "duration": "45", "flag": "1",
}  # fmt: skip
Known = dict[Kind, dict[str, Match]]


def every_field(kind: Kind) -> dict[str, str]:
    """A cell that each field of a kind may hold."""
    cells = {one.name: CELLS.get(one.kind, "Abc") for one in FIELDS[kind]}
    return {"id": "K1", **cells, **({"status": "open"} if kind == "deals" else {})}


def whole_table(path: Path, kind: Kind) -> tuple[list[str], Known]:
    """The headers of a table with all fields of a kind under their first names in a language; what each kind claims."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))[kind]["fields"]
    headers, cells = [names[0] for names in told.values()], every_field(kind)
    samples = [Sample((cells[name],), 0) for name in told]
    plain = {one: shipped()[GENERIC[one]] for one in KINDS}
    known = {one: match_columns(headers, samples, one, plain[one], plain[one], {}, NOTHING)[0] for one in KINDS}
    assert {name: headers[match.column] for name, match in known[kind].items()}.items() >= {
        name: names[0] for name, names in told.items()
    }.items()
    return headers, known


@pytest.mark.parametrize("path", WITH_HEADERS, ids=lambda path: path.stem)
def test_every_kind_is_known_in_each_language(path: Path) -> None:
    assert set(KINDS) <= tomllib.loads(path.read_text(encoding="utf-8")).keys()


@pytest.mark.parametrize("path", WITH_HEADERS, ids=lambda path: path.stem)
def test_of_each_two_kinds_a_table_is_of_the_one_it_is_headed_for(path: Path) -> None:
    kinds = [kind for kind in KINDS if kind in tomllib.loads(path.read_text(encoding="utf-8"))]
    for kind in kinds:
        headers, known = whole_table(path, kind)
        for other in KINDS:
            two = {one: known[one] for one in KINDS if one in (kind, other)}
            assert choose_kind(two, headers, said=()) == (kind, ()), (kind, other)


@pytest.mark.parametrize(
    ("word", "outcome"),
    [("Abgeschlossen und gewonnen", "won"), ("geschlossen & verloren", "lost"), ("Offen", "open"),
     ("Fermé gagné", "won"), ("Perdue", "lost"), ("Cerrada perdida", "lost"), ("Abierto", "open")],
)  # fmt: skip
def test_what_an_end_is_called_in_each_language_is_known(word: str, outcome: str, tmp_path: Path) -> None:
    preview = look(write(tmp_path, f"ID,Stage,Created\n1,{word},2026-01-02\n")).preview
    assert [(one.outcome, one.why) for one in preview.stages] == [(outcome, "its usual meaning")]


@pytest.mark.parametrize(
    ("word", "value"),
    [("Ja", 1), ("nein", 0), ("OUI", 1), ("Non", 0), ("Sí", 1), ("Falso", 0), ("sim", 1), ("não", 0), ("NO", 0)],
)
def test_yes_and_no_are_read_in_each_language(word: str, value: int) -> None:
    assert read_flag(word) == value


@pytest.mark.parametrize(
    ("word", "status"),
    [("No answer", "held"), ("BUSY", "held"), ("Left voicemail", "held"), ("wrong number", "held"),
     ("Not reached", "held"), ("Connected", "held"), ("Missed", "no_show"), ("Scheduled", "planned"),
     ("Nicht erreicht", "held"), ("Injoignable", "held"), ("Buzón de voz", "held"), ("Hopeful", "Hopeful")],
)  # fmt: skip
def test_a_call_was_made_whether_or_not_somebody_answered(word: str, status: str, tmp_path: Path) -> None:
    rows = f"Type,Subject,Rep,Date,Direction,Outcome\nCall,Hello,Ann,2026-01-02,Outbound,{word}\n"
    path = write(tmp_path, rows)
    assert read(path, ImportOptions(columns={"status": "Outcome"})).column("status") == [status]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_name_means_one_field_and_a_word_one_thing(path: Path) -> None:
    language = tomllib.loads(path.read_text(encoding="utf-8"))
    said = [word.casefold() for entry in ("yes", "no") for word in language.pop(entry)]
    assert len(said) == len(set(said))
    assert not yes_words() & no_words()
    language.pop("names", None)
    assert language.keys() <= set(KINDS)
    for kind, told in language.items():
        names = Counter(normalised(name) for one in told["fields"].values() for name in one)
        assert max(names.values()) == 1, (kind, names.most_common(3))
        meanings = [*told.get("values", {}).values(), *([told["outcomes"]] if "outcomes" in told else [])]
        for words in meanings:
            written = Counter(word.casefold() for one in words.values() for word in one)
            assert max(written.values()) == 1, (kind, written.most_common(3))


@pytest.mark.parametrize("kind", KINDS)
def test_what_english_names_and_words_mean_comes_first(kind: Kind) -> None:
    name = GENERIC[kind]
    plain = read_dialect((ENGLISH / f"{name}.toml").read_text(encoding="utf-8"), name)
    known = shipped()[name]
    assert known.fields == plain.fields
    for field, words in plain.values.items():
        assert known.values[field].items() >= words.items()
        assert set(known.values[field].values()) == set(words.values())
    assert known.outcomes.items() >= plain.outcomes.items()


def test_a_header_is_not_like_a_word_of_another_language(tmp_path: Path) -> None:
    preview = look(write(tmp_path, "Deal ID,Stage,Created,Responsible\n1,Won,2026-01-02,Ann\n")).preview
    assert [one.field for one in preview.columns if one.header == "Responsible"] == [""]
