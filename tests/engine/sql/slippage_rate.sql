-- Of the deals due in the period when it began, the share that was neither won nor lost in it.
SELECT a.period, a.scope, 1 - sum(iif(d.closed_on >= a.first AND d.closed_on < a.until, o.share, 0)) / sum(o.share)
FROM asked a
LEFT JOIN open_deals o
  ON o.day = a.before AND o.scope = a.scope AND o.close_date >= a.first AND o.close_date < a.until
LEFT JOIN deals d ON d.deal_id = o.deal_id
GROUP BY a.period, a.scope
