-- The facts as a person would write them down. Days are ISO texts, amounts cents, shares parts of 1.
-- Nobody is person 0. The first version of a deal holds from the beginning of time.

CREATE TABLE data (first TEXT, newest TEXT, stall_days INTEGER, minimum_n INTEGER);
CREATE TABLE versions (
  deal_id INTEGER, seen TEXT, valid_from TEXT, valid_to TEXT, outcome TEXT, amount INTEGER, created_at TEXT,
  close_date TEXT, closed_at TEXT, qualified_at TEXT, pipeline TEXT, stage TEXT, stage_entered_at TEXT,
  next_activity_at TEXT, probability REAL, forecast_category TEXT, type TEXT, lead_source TEXT, loss_reason TEXT
);
CREATE TABLE owners (deal_id INTEGER, seen TEXT, person INTEGER, share REAL);  -- of each version
CREATE TABLE missing (deal_id INTEGER, day TEXT);
CREATE TABLE people (person INTEGER, scope TEXT, role TEXT, hired TEXT, gone TEXT);
CREATE TABLE teams (team INTEGER, scope TEXT, parent INTEGER);
CREATE TABLE memberships (person INTEGER, team INTEGER, since TEXT, until TEXT);
CREATE TABLE targets (kpi TEXT, scope TEXT, first TEXT, until TEXT, target REAL);
-- What is asked: every scope in every period. `before` is the day before it, `at_end` its last day or the data date.
CREATE TABLE asked (period TEXT, scope TEXT, first TEXT, until TEXT, before TEXT, at_end TEXT);

-- Each deal as the newest file has it. It exists from its creation, else from the first file that shows it.
CREATE VIEW deals AS
SELECT v.*,
       CASE WHEN v.outcome IN ('won', 'lost') THEN coalesce(v.closed_at, v.close_date) END AS closed_on,
       coalesce(v.created_at, (SELECT min(seen) FROM versions o WHERE o.deal_id = v.deal_id)) AS exists_from,
       (SELECT amount FROM versions o WHERE o.deal_id = v.deal_id AND amount IS NOT NULL ORDER BY seen LIMIT 1)
         AS first_amount,
       (SELECT day FROM missing m WHERE m.deal_id = v.deal_id) AS missing_from
FROM versions v WHERE v.valid_to = '9999-12-31';

-- Every team with the teams above it, itself included.
CREATE VIEW teams_above AS
WITH RECURSIVE up(team, above, scope) AS (
  SELECT team, team, scope FROM teams
  UNION ALL SELECT up.team, t.team, t.scope FROM up JOIN teams b ON b.team = up.above JOIN teams t ON t.team = b.parent
)
SELECT team, scope FROM up;

-- The days of a deal that credit is given for, and which version tells who gets it: the one in force on the day if
-- it knows of the event, else the first later one that does (files come days after what they tell), else the newest.
CREATE VIEW events AS
WITH happened AS (
  SELECT deal_id, 'closed' AS event, closed_on AS day FROM deals WHERE closed_on IS NOT NULL
  UNION ALL SELECT deal_id, 'created', created_at FROM deals WHERE created_at IS NOT NULL
  UNION ALL SELECT deal_id, 'qualified', qualified_at FROM deals WHERE qualified_at IS NOT NULL
)
SELECT h.*, coalesce(
  (SELECT min(v.seen) FROM versions v WHERE v.deal_id = h.deal_id AND v.valid_to > h.day AND h.day = CASE h.event
     WHEN 'created' THEN v.created_at
     WHEN 'qualified' THEN v.qualified_at
     ELSE CASE WHEN v.outcome IN ('won', 'lost') THEN coalesce(v.closed_at, v.close_date) END END),
  (SELECT max(seen) FROM versions v WHERE v.deal_id = h.deal_id)) AS seen
FROM happened h;

-- Who is credited on the day of an event, by scope: each deal once for every scope, with the scope's share of it.
CREATE TABLE credit (deal_id INTEGER, event TEXT, day TEXT, scope TEXT, share REAL);
-- The deals open on each day that matters, as the version in force has them, once for every scope with its share.
CREATE TABLE open_deals (
  day TEXT, scope TEXT, deal_id INTEGER, share REAL, seen TEXT, amount INTEGER, close_date TEXT, stage TEXT,
  stage_entered_at TEXT, next_activity_at TEXT, probability REAL, forecast_category TEXT
);
