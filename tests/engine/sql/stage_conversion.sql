-- Of the stages that deals entered for the first time in the period, the share they left to go further, or to be won.
SELECT a.period, a.scope, sum(iif(v.advanced, c.share, 0)) / sum(c.share)
FROM asked a
LEFT JOIN (visit_credit c JOIN visits v ON v.visit = c.visit AND v.is_first)
  ON c.event = 'entered' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
