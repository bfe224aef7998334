-- Fills `limits`: up to how many days a deal was not long in the stage it was in at the end of a day that is asked for.
-- Four in five past stays there of deals won by then are no longer, on a straight line between two stays.
-- A deal that has no line here has the limit of the settings.
CREATE TABLE limits AS
WITH days AS (SELECT DISTINCT at_end AS day FROM asked),
past AS (
  SELECT d.day, v.pipeline, v.position, v.days, row_number() OVER w AS nth,
         count(*) OVER (PARTITION BY d.day, v.pipeline, v.position) AS n
  FROM days d
  JOIN visits v ON v.exited <= d.day AND v.days IS NOT NULL
  JOIN deals x ON x.deal_id = v.deal_id AND x.outcome = 'won' AND x.closed_on <= d.day
  WINDOW w AS (PARTITION BY d.day, v.pipeline, v.position ORDER BY v.days)
),
told AS (
  SELECT day, pipeline, position, sum(days * max(0, 1 - abs(nth - 1 - 0.8 * (n - 1)))) AS four_fifths
  FROM past JOIN data GROUP BY day, pipeline, position HAVING max(n) >= max(minimum_n)
)
SELECT t.day, v.deal_id, max(14, cast(t.four_fifths + 1e-9 AS INTEGER)) AS days
FROM told t
JOIN visits v ON v.pipeline = t.pipeline AND v.position = t.position
  AND v.entered <= t.day AND t.day < coalesce(v.exited, '9999-12-31');
