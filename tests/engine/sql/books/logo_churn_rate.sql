-- Of the accounts that paid a year before, the share that pays nothing.
SELECT a.period, a.scope, 1.0 * sum(s.mrr > 0 AND e.mrr = 0) / nullif(sum(s.mrr > 0), 0)
FROM asked a
LEFT JOIN (credit c JOIN books e ON e.account = c.key AND c.what = 'account held')
  ON c.scope = a.scope AND c.day = a.year_before AND e.day = a.at_end
LEFT JOIN books s ON s.account = e.account AND s.day = a.year_before
GROUP BY a.period, a.scope
