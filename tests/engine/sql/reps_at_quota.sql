-- Of the people who carry a quota and are past their first year on the last day of the period, the share that
-- booked it. Who was never told a day of hire counts as past it; a quota of nothing is reached.
WITH carriers AS (
  SELECT a.period, p.person, p.hired, a.until, t.target, a.scope AS own, a.first, a.at_end
  FROM people p
  JOIN asked a ON a.scope = p.scope
  JOIN targets t ON t.kpi = 'bookings' AND t.scope = p.scope AND t.first = a.first AND t.until = a.until
  WHERE (p.hired IS NULL OR p.hired <= a.at_end) AND (p.gone IS NULL OR p.gone > a.at_end)
    AND (p.hired IS NULL OR p.hired <= date(a.until, '-1 year'))
),
booked AS (
  SELECT k.period, k.person, k.target <= coalesce(sum(c.share * d.amount), 0) / 100.0 OR k.target <= 0 AS has_reached
  FROM carriers k
  LEFT JOIN credit c ON c.event = 'closed' AND c.scope = k.own AND c.day >= k.first AND c.day < k.until
  LEFT JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won'
  GROUP BY k.period, k.person
),
placed AS (
  SELECT period, person, 'org' AS scope FROM carriers
  UNION ALL SELECT period, person, own FROM carriers
  UNION ALL SELECT c.period, c.person, coalesce(t.scope, 'unassigned')
  FROM carriers c
  LEFT JOIN memberships m ON m.person = c.person AND m.since <= c.at_end AND c.at_end < m.until
  LEFT JOIN teams_above t USING (team)
)
SELECT a.period, a.scope, 1.0 * sum(b.has_reached) / count(b.person)
FROM asked a
LEFT JOIN placed p ON p.period = a.period AND p.scope = a.scope
LEFT JOIN booked b ON b.period = p.period AND b.person = p.person
GROUP BY a.period, a.scope
