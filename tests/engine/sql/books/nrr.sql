-- What the accounts of a year before pay now over what they paid then.
SELECT a.period, a.scope, sum(e.mrr * (s.mrr > 0)) / nullif(sum(s.mrr), 0)
FROM asked a
LEFT JOIN (credit c JOIN books e ON e.account = c.key AND c.what = 'account held')
  ON c.scope = a.scope AND c.day = a.year_before AND e.day = a.at_end
LEFT JOIN books s ON s.account = e.account AND s.day = a.year_before
GROUP BY a.period, a.scope
