-- The share won among deals that ended with a choice: lost ones count unless the customer decided nothing.
SELECT a.period, a.scope, sum(iif(d.outcome = 'won', c.share, 0)) / sum(c.share)
FROM asked a
LEFT JOIN (
  credit c JOIN deals d ON d.deal_id = c.deal_id AND (
    d.outcome = 'won' OR d.loss_reason IS NULL OR d.loss_reason NOT IN ('no decision', 'timing', 'budget withdrawn'))
) ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
