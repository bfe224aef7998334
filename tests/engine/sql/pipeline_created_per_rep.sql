-- New pipeline divided by the people who carry a quota: account executives, account managers and whoever has a
-- bookings target for the period, as far as they are with the company on its last day.
WITH carriers AS (
  SELECT a.period, p.person, p.hired, a.until, t.target, a.scope AS own, a.first, a.at_end
  FROM people p
  JOIN asked a ON a.scope = p.scope
  LEFT JOIN targets t ON t.kpi = 'bookings' AND t.scope = p.scope AND t.first = a.first AND t.until = a.until
  WHERE (t.target IS NOT NULL OR p.role IN ('AE', 'AM'))
    AND (p.hired IS NULL OR p.hired <= a.at_end) AND (p.gone IS NULL OR p.gone > a.at_end)
),
placed AS (
  SELECT period, person, 'org' AS scope FROM carriers
  UNION ALL SELECT period, person, own FROM carriers
  UNION ALL SELECT c.period, c.person, coalesce(t.scope, 'unassigned')
  FROM carriers c
  LEFT JOIN memberships m ON m.person = c.person AND m.since <= c.at_end AND c.at_end < m.until
  LEFT JOIN teams_above t USING (team)
),
made AS (
  SELECT a.period, a.scope, coalesce(sum(c.share * d.first_amount), 0) / 100.0 AS money
  FROM asked a
  LEFT JOIN credit c ON c.event = 'created' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  LEFT JOIN deals d USING (deal_id)
  GROUP BY a.period, a.scope
)
SELECT made.period, made.scope,
       made.money / nullif((SELECT count(*) FROM placed p WHERE p.period = made.period AND p.scope = made.scope), 0)
FROM made
