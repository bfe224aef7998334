-- Fills `visits`, the stays of deals in stages as the files tell of them, and `visit_credit`.

-- Versions that say where a deal is: in a stage while open, or closed. After a closing the stage tells nothing more.
-- A stage in which every deal ever seen was won, or every one was lost, is an end and none.
CREATE TEMP TABLE told AS
WITH ends AS (
  SELECT stage FROM versions WHERE stage IS NOT NULL
  GROUP BY stage HAVING count(DISTINCT outcome) = 1 AND min(outcome) IN ('won', 'lost')
),
staged AS (SELECT v.*, iif(v.stage IN (SELECT stage FROM ends), NULL, v.stage) AS place FROM versions v),
said AS (
  SELECT v.*, v.outcome IN ('won', 'lost') AS shut FROM staged v
  WHERE v.outcome IN ('won', 'lost') OR v.place IS NOT NULL
)
SELECT deal_id, seen, shut, coalesce(closed_at, close_date) AS closed_on, stage_entered_at AS since, pipeline,
       coalesce(lag(shut) OVER w, 0) AS shut_before, lag(seen) OVER w AS seen_before,
       iif(shut AND lag(shut) OVER w, NULL, place) AS stage
FROM said WINDOW w AS (PARTITION BY deal_id ORDER BY seen);

-- What happened to each deal, in order: a stage was entered (kind 0) or the deal was closed (kind 1).
CREATE TEMP TABLE happenings AS
WITH closings AS (
  SELECT t.deal_id, t.seen, coalesce((
    SELECT e.closed_on FROM told e
    WHERE e.deal_id = t.deal_id AND e.seen >= t.seen AND NOT EXISTS (
      SELECT 1 FROM told o WHERE o.deal_id = t.deal_id AND NOT o.shut AND o.seen BETWEEN t.seen AND e.seen)
    ORDER BY e.seen DESC LIMIT 1), t.seen) AS day
  FROM told t WHERE t.shut AND NOT t.shut_before
),
entries AS (
  SELECT t.*, c.day AS closing FROM told t LEFT JOIN closings c USING (deal_id, seen)
  WHERE t.stage IS NOT NULL AND (t.stage IS NOT (
      SELECT b.stage FROM told b WHERE b.deal_id = t.deal_id AND b.seen < t.seen AND b.stage IS NOT NULL
      ORDER BY b.seen DESC LIMIT 1)
    OR (NOT t.shut AND (t.shut_before OR t.since > t.seen_before)))
),
both AS (
  SELECT deal_id, seen, 0 AS kind, pipeline, stage, since, min(seen, coalesce(closing, seen)) AS day,
         since IS NOT NULL OR NOT shut AS witnessed
  FROM entries
  UNION ALL SELECT deal_id, seen, 1, NULL, NULL, NULL, day, 0 FROM closings
),
numbered AS (SELECT *, row_number() OVER (PARTITION BY deal_id ORDER BY seen, kind) AS no FROM both),
dated AS (
  SELECT n.*, d.exists_from > data.first AS is_new, d.outcome = 'won' AS won,
         CASE WHEN n.since IS NOT NULL THEN n.since
              WHEN n.kind = 0 AND n.no = 1 THEN iif(d.exists_from > data.first, d.exists_from, '0001-01-01')
              ELSE n.day END AS stated
  FROM numbered n JOIN deals d USING (deal_id) JOIN data
)
SELECT *, max(stated) OVER (PARTITION BY deal_id ORDER BY no) AS happened FROM dated;

-- The less likely a deal is to be won in a stage, the earlier the stage comes.
CREATE TEMP TABLE positions AS
SELECT pipeline, stage, row_number() OVER (PARTITION BY pipeline ORDER BY likely, stage) AS position
FROM (
  SELECT s.pipeline, s.stage, avg(v.probability) AS likely
  FROM (SELECT DISTINCT pipeline, stage FROM happenings WHERE kind = 0) s
  LEFT JOIN versions v ON v.pipeline = s.pipeline AND v.stage = s.stage AND v.outcome = 'open'
  GROUP BY s.pipeline, s.stage
);

-- Each stay, and one without length for every stage that was passed on the way to the next, to a win, or at first.
CREATE TEMP TABLE stays AS
WITH steps AS (
  SELECT h.*, p.position, n.no AS next_no, n.happened AS next_day, n.seen AS next_seen,
         CASE WHEN n.kind = 0 AND n.pipeline = h.pipeline
              THEN (SELECT q.position FROM positions q WHERE q.pipeline = n.pipeline AND q.stage = n.stage)
              WHEN n.kind = 1 AND h.won AND NOT EXISTS (
                SELECT 1 FROM happenings x WHERE x.deal_id = h.deal_id AND x.no > n.no) THEN 999 END AS goal
  FROM happenings h JOIN positions p USING (pipeline, stage)
  LEFT JOIN happenings n ON n.deal_id = h.deal_id AND n.no = h.no + 1
)
SELECT deal_id, pipeline, no, position, happened AS entered, next_day AS exited, seen AS seen_in, next_seen AS seen_out,
       iif(witnessed AND happened > '0001-01-01', julianday(next_day) - julianday(happened), NULL) AS days, won
FROM steps
UNION ALL
SELECT s.deal_id, s.pipeline, s.no, p.position, s.next_day, s.next_day, s.next_seen, s.next_seen, NULL, s.won
FROM steps s JOIN positions p ON p.pipeline = s.pipeline AND p.position > s.position AND p.position < s.goal
UNION ALL
SELECT s.deal_id, s.pipeline, s.no, p.position, s.happened, s.happened, s.seen, s.seen, NULL, s.won
FROM steps s JOIN positions p ON p.pipeline = s.pipeline AND p.position < s.position
WHERE s.no = 1 AND s.is_new;

CREATE TABLE visits AS
SELECT s.rowid AS visit, s.*,
       s.won OR EXISTS (
         SELECT 1 FROM stays l WHERE l.deal_id = s.deal_id AND l.pipeline = s.pipeline AND l.position > s.position
         AND (l.no, l.position) > (s.no, s.position)) AS advanced,
       NOT EXISTS (
         SELECT 1 FROM stays l WHERE l.deal_id = s.deal_id AND l.pipeline = s.pipeline AND l.position >= s.position
         AND (l.no, l.position) < (s.no, s.position)) AS is_first
FROM stays s;

-- Who is credited with the beginning and the end of each stay, by scope: the owners in the version that shows it.
CREATE TEMP TABLE own AS
SELECT v.visit, 'entered' AS event, v.entered AS day, o.person, o.share
FROM visits v JOIN owners o ON o.deal_id = v.deal_id AND o.seen = v.seen_in
UNION ALL
SELECT v.visit, 'exited', v.exited, o.person, o.share
FROM visits v JOIN owners o ON o.deal_id = v.deal_id AND o.seen = v.seen_out;

DELETE FROM own WHERE day > (SELECT newest FROM data);

CREATE TABLE visit_credit AS
SELECT visit, event, day, 'org' AS scope, sum(share) AS share FROM own GROUP BY visit, event, day
UNION ALL
SELECT visit, event, day, coalesce(p.scope, 'nobody'), sum(share)
FROM own LEFT JOIN people p USING (person) GROUP BY visit, event, day, 4
UNION ALL
SELECT visit, event, day, coalesce(t.scope, 'unassigned'), sum(share)
FROM own c
LEFT JOIN memberships m ON m.person = c.person AND m.since <= c.day AND c.day < m.until
LEFT JOIN teams_above t USING (team) GROUP BY visit, event, day, 4;
