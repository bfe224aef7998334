-- What the quota still needs at the share of value won in the year before, less the open qualified deals due.
WITH booked AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN deals x ON x.key = c.key AND c.what = 'deal closed' AND x.status = 'won')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
decided AS (
SELECT a.period, a.scope, sum(x.amount * (x.status = 'won')) * 1.0 / sum(x.amount) AS share
FROM asked a
LEFT JOIN (credit c JOIN deals x ON x.key = c.key AND c.what = 'deal closed' AND x.status IN ('won', 'lost'))
  ON c.scope = a.scope AND c.day >= date(a.first, '-1 year') AND c.day < a.first
GROUP BY a.period, a.scope
),
aimed AS (
SELECT a.period, a.scope, sum(x.amount) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN quotas x ON x.key = c.key AND c.what = 'quota')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
due AS (
  SELECT a.period, a.scope, coalesce(sum(d.amount), 0) / 100.0 AS n
  FROM asked a
  LEFT JOIN (credit c JOIN deals d ON d.key = c.key AND c.what = 'deal open' AND d.qualified_at IS NOT NULL)
    ON c.scope = a.scope AND c.day = a.at_end AND d.close_date >= a.first AND d.close_date < a.until
  GROUP BY a.period, a.scope
)
SELECT a.period, a.scope, CASE WHEN a.at_end >= '2025-06-30' AND a.scope NOT IN ('unassigned', 'nobody')
  THEN max(max(aimed.n - booked.n, 0) / decided.share - due.n, 0) END
FROM asked a JOIN booked USING (period, scope) JOIN decided USING (period, scope) JOIN aimed USING (period, scope)
JOIN due USING (period, scope)
