-- Open deals at the end of the period times win rate, times the average size of a deal whose amount is known, over the
-- average days of a win, the last three over the 90 days that end with the period, or with the data while it runs.
WITH stock AS (
  SELECT a.period, a.scope, coalesce(sum(o.share), 0) AS n
  FROM asked a LEFT JOIN open_deals o ON o.day = a.at_end AND o.scope = a.scope
  GROUP BY a.period, a.scope
),
recent AS (
  SELECT a.period, a.scope,
         sum(iif(d.outcome = 'won', c.share, 0)) / sum(c.share) AS win_rate,
         coalesce(sum(iif(d.outcome = 'won', c.share * d.amount, NULL)), 0) / 100.0
           / nullif(sum(iif(d.outcome = 'won' AND d.amount IS NOT NULL, c.share, 0)), 0) AS size,
         avg(iif(d.outcome = 'won' AND d.closed_on >= d.created_at, julianday(d.closed_on) - julianday(d.created_at), NULL)) AS days
  FROM asked a
  JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day > date(a.at_end, '-90 days') AND c.day <= a.at_end
  JOIN deals d USING (deal_id)
  GROUP BY a.period, a.scope
)
SELECT stock.period, stock.scope, stock.n * recent.win_rate * recent.size / nullif(recent.days, 0)
FROM stock LEFT JOIN recent USING (period, scope)
