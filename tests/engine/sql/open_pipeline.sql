-- What all open deals are worth at the end of the period.
SELECT a.period, a.scope, coalesce(sum(o.share * o.amount), 0) / 100.0
FROM asked a
LEFT JOIN open_deals o ON o.day = a.at_end AND o.scope = a.scope
GROUP BY a.period, a.scope
