-- Deals with nothing wrong, of those open or closed in the year to the newest data; by their present owners.
WITH looked AS (
  SELECT d.*, d.status = 'open' AS is_open, (SELECT count(*) FROM deals o WHERE o.status = 'open'
    AND d.status = 'open'
    AND o.account = d.account AND o.amount = d.amount AND o.close_date = d.close_date) AS twins
  FROM deals d WHERE d.status = 'open' OR julianday('2025-12-31') - julianday(d.closed_at) < 365
),
judged AS (
  SELECT key, owner AS person, NOT (owner IS NULL OR twins > 1 OR (is_open AND (close_date < '2025-12-31'
      OR julianday('2025-12-31') - julianday(stage_entered_at) > 30 OR coalesce(next_activity_at, '') < '2025-12-31'))
    OR (status = 'lost' AND loss_reason IS NULL)
    OR (status <> 'open' AND closed_at < created_at)) AS is_good
  FROM looked
),
placed AS (
  SELECT 'org' AS scope, is_good FROM judged
  UNION ALL SELECT coalesce(p.scope, 'nobody'), is_good FROM judged LEFT JOIN people p USING (person)
  UNION ALL SELECT coalesce(t.scope, 'unassigned'), is_good
  FROM judged j
  LEFT JOIN memberships m ON m.person = j.person AND m.since <= '2025-12-31' AND '2025-12-31' < m.until
  LEFT JOIN teams_above t USING (team)
)
SELECT a.period, a.scope, CASE WHEN a.first <= '2025-12-31' AND '2025-12-31' < a.until THEN avg(p.is_good) END
FROM asked a LEFT JOIN placed p USING (scope) GROUP BY a.period, a.scope
