-- Of the deals open at the end of the period, the share for which nothing is planned.
SELECT a.period, a.scope, sum(iif(o.next_activity_at IS NULL, o.share, 0)) / sum(o.share)
FROM asked a
LEFT JOIN open_deals o ON o.day = a.at_end AND o.scope = a.scope
GROUP BY a.period, a.scope
