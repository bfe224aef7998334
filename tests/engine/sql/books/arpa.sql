-- Monthly revenue at the end for each account that pays.
SELECT a.period, a.scope, sum(e.mrr) / nullif(sum(e.mrr > 0), 0)
FROM asked a
LEFT JOIN (credit c JOIN books e ON e.account = c.key AND c.what = 'account held')
  ON c.scope = a.scope AND c.day = a.at_end AND e.day = a.at_end
LEFT JOIN books s ON s.account = e.account AND s.day = a.year_before
GROUP BY a.period, a.scope
