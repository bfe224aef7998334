-- Of the deals decided in the 90 days up to the last day of the period, or of the data while it runs, the share that was won.
SELECT a.period, a.scope, sum(iif(d.outcome = 'won', c.share, 0)) / sum(c.share)
FROM asked a
LEFT JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day > date(a.at_end, '-90 days') AND c.day <= a.at_end
LEFT JOIN deals d ON d.deal_id = c.deal_id
GROUP BY a.period, a.scope
