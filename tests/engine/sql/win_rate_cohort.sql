-- Of all deals created in the period, the share that has been won so far.
SELECT a.period, a.scope, sum(iif(d.outcome = 'won', c.share, 0)) / sum(c.share)
FROM asked a
LEFT JOIN credit c ON c.event = 'created' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
LEFT JOIN deals d ON d.deal_id = c.deal_id
GROUP BY a.period, a.scope
