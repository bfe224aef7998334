-- Commits of the first day.
SELECT a.period, a.scope, sum(x.amount) / 100.0
FROM asked a
LEFT JOIN (credit c JOIN forecasts x ON x.key = c.key AND c.what = 'forecast' AND x.category = 'commit'
  AND x.horizon = 'day_one')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
