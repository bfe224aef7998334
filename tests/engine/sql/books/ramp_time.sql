-- Months from hire to the end of the first whole month at quota, the middle one; by the team of the last day.
WITH RECURSIVE months(start) AS (
  SELECT (SELECT date(min(closed_at), '+1 month', '-1 day', 'start of month') FROM deals)
  UNION ALL SELECT date(start, '+1 month') FROM months WHERE start < '2025-12-01'
),
aims AS (
  SELECT p.person, p.scope, p.hired, m.start, date(m.start, '+1 month') AS until, sum(q.amount) AS quota
  FROM months m JOIN people p ON p.hired >= (SELECT min(start) FROM months)
  JOIN quotas q ON q.person = p.person AND q.period_at = m.start GROUP BY p.person, m.start
),
reached AS (
  SELECT person, scope, hired, min(until) AS until FROM aims s WHERE until > hired AND quota <= (
    SELECT coalesce(sum(d.amount), 0) FROM deals d
    WHERE d.owner = s.person AND d.status = 'won' AND d.closed_at >= s.start AND d.closed_at < s.until)
  GROUP BY person
),
told AS (
  SELECT a.period, 'org' AS scope, r.* FROM reached r JOIN asked a ON a.scope = 'org'
    AND date(r.until, '-1 day') >= a.first
    AND date(r.until, '-1 day') < a.until
),
placed AS (
  SELECT period, 'org' AS own, (julianday(until) - julianday(hired)) / (365.25 / 12) AS x FROM told
  UNION ALL SELECT period, person_scope, x FROM (SELECT t.period, p.scope AS person_scope,
    (julianday(t.until) - julianday(t.hired)) / (365.25 / 12) AS x FROM told t JOIN people p USING (person))
  UNION ALL SELECT t.period, coalesce(b.scope, 'unassigned'),
    (julianday(t.until) - julianday(t.hired)) / (365.25 / 12)
  FROM told t JOIN asked a ON a.period = t.period AND a.scope = 'org'
  LEFT JOIN memberships m ON m.person = t.person AND m.since <= a.at_end AND a.at_end < m.until
  LEFT JOIN teams_above b USING (team)
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY period, own ORDER BY x) AS place, count(*) OVER (PARTITION BY period,
    own) AS n
  FROM placed
)
SELECT a.period, a.scope, avg(k.x)
FROM asked a LEFT JOIN ranked k ON k.period = a.period AND k.own = a.scope
  AND k.place IN ((k.n + 1) / 2, (k.n + 2) / 2)
GROUP BY a.period, a.scope
