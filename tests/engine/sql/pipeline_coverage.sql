-- Open deals due in the period, as they stood before it began, against the bookings target of the period.
SELECT a.period, a.scope, coalesce(sum(o.share * o.amount), 0) / 100.0 / nullif(t.target, 0)
FROM asked a
LEFT JOIN open_deals o
  ON o.day = a.before AND o.scope = a.scope AND o.close_date >= a.first AND o.close_date < a.until
LEFT JOIN targets t ON t.kpi = 'bookings' AND t.scope = a.scope AND t.first = a.first AND t.until = a.until
GROUP BY a.period, a.scope
