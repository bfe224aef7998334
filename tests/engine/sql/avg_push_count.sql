-- For open deals due in the period, as they stand at its end: how often their close date was put off, on average.
WITH moves AS (
  SELECT deal_id, seen, close_date > lag(close_date) OVER (PARTITION BY deal_id ORDER BY seen) AS is_push FROM versions
)
SELECT a.period, a.scope,
       sum(o.share * (SELECT coalesce(sum(is_push), 0) FROM moves m WHERE m.deal_id = o.deal_id AND m.seen <= o.seen))
         / sum(o.share)
FROM asked a
LEFT JOIN open_deals o ON o.day = a.at_end AND o.scope = a.scope AND o.close_date >= a.first AND o.close_date < a.until
GROUP BY a.period, a.scope
