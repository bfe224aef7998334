-- Yearly revenue at the end over that a year before, less one; nothing is known before the first subscription.
WITH then_and_now AS (
  SELECT a.period, a.scope,
    coalesce((SELECT sum(b.mrr) FROM credit c JOIN books b ON b.account = c.key AND b.day = c.day
      WHERE c.what = 'account held' AND c.scope = a.scope AND c.day = a.at_end), 0) AS at_end,
    coalesce((SELECT sum(b.mrr) FROM credit c JOIN books b ON b.account = c.key AND b.day = c.day
      WHERE c.what = 'account held' AND c.scope = a.scope AND c.day = a.year_before), 0) AS ago
  FROM asked a
)
SELECT period, scope, at_end / nullif(ago, 0) - 1 FROM then_and_now
