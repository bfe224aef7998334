-- Follow-up calls on deals, by the day the deal was won.
SELECT a.period, a.scope, count(c.key)
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'deal of activity closed' AND x.type = 'call'
  AND x.status = 'held' AND x.follows AND (SELECT status FROM deals d WHERE d.key = x.deal) = 'won')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
