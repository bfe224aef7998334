-- Twelve times the revenue per account at a margin of 80 %, over the share lost in a year, at least a fifth.
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
)
SELECT period, scope, arpa * 12 * 0.8 / max(share, 0.2) FROM paid JOIN lost USING (period, scope)
