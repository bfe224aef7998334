-- Meetings by the day they were put in the diary.
SELECT a.period, a.scope, count(c.key)
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'booked' AND x.type = 'meeting')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
