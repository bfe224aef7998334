-- Of the leads accepted by sales, the share with a deal within 90 days, not before.
SELECT a.period, a.scope, avg(CASE
  WHEN c.key IS NOT NULL THEN coalesce(julianday(x.converted) - julianday(x.sql_at) BETWEEN 0 AND 90, 0) END)
FROM asked a
LEFT JOIN (credit c JOIN arrivals x ON x.key = c.key AND c.what = 'lead sql')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
