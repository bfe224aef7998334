-- Lifetime value over what winning an account cost in the year to the end.
WITH paid (period, scope, arpa) AS (
SELECT a.period, a.scope, sum(e.mrr) / nullif(sum(e.mrr > 0), 0)
FROM asked a
LEFT JOIN (credit c JOIN books e ON e.account = c.key AND c.what = 'account held')
  ON c.scope = a.scope AND c.day = a.at_end AND e.day = a.at_end
LEFT JOIN books s ON s.account = e.account AND s.day = a.year_before
GROUP BY a.period, a.scope
),
lost (period, scope, share) AS (
SELECT a.period, a.scope, 1.0 * sum(s.mrr > 0 AND e.mrr = 0) / nullif(sum(s.mrr > 0), 0)
FROM asked a
LEFT JOIN (credit c JOIN books e ON e.account = c.key AND c.what = 'account held')
  ON c.scope = a.scope AND c.day = a.year_before AND e.day = a.at_end
LEFT JOIN books s ON s.account = e.account AND s.day = a.year_before
GROUP BY a.period, a.scope
),
spent AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN costs x ON x.key = c.key AND c.what = 'cost' AND x.motion = 'new')
  ON c.scope = a.scope AND c.day >= a.year_ago AND c.day < a.until
GROUP BY a.period, a.scope
),
gained AS (
SELECT a.period, a.scope, count(c.key) AS n
FROM asked a
LEFT JOIN credit c ON c.what = 'account won' AND c.scope = a.scope AND c.day >= a.year_ago AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT period, scope, arpa * 12 * 0.8 / max(share, 0.2) / nullif(spent.n / nullif(gained.n, 0), 0)
FROM paid JOIN lost USING (period, scope) JOIN spent USING (period, scope) JOIN gained USING (period, scope)
