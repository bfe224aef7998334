-- Promoters less detractors, of all answers, in points.
SELECT a.period, a.scope, 100.0 * (sum(x.score >= 9) - sum(x.score <= 6)) / nullif(count(c.key), 0)
FROM asked a
LEFT JOIN (credit c JOIN surveys x ON x.key = c.key AND c.what = 'survey' AND x.kind = 'nps')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
