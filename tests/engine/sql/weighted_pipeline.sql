-- Open deals due in the period, as they stand at its end, each worth its amount times its probability.
SELECT a.period, a.scope, coalesce(sum(o.share * o.amount * o.probability), 0) / 100.0
FROM asked a
LEFT JOIN open_deals o ON o.day = a.at_end AND o.scope = a.scope AND o.close_date >= a.first AND o.close_date < a.until
GROUP BY a.period, a.scope
