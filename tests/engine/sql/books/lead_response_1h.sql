-- Of all leads created, the share answered within an hour.
SELECT a.period, a.scope, avg(CASE WHEN c.key IS NULL THEN NULL WHEN length(x.created_at) > 10
  AND length(x.first_response_at) > 10
  THEN round((julianday(x.first_response_at) - julianday(x.created_at)) * 1440) / 60.0 BETWEEN 0 AND 1 ELSE 0 END)
FROM asked a
LEFT JOIN (credit c JOIN arrivals x ON x.key = c.key AND c.what = 'lead created')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
