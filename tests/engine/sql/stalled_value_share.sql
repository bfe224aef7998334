-- Of the money in open deals, the share in deals that have been in their stage longer than its limit.
-- Since when: as the file says, else since the first of the unbroken run of files that show the deal in this stage.
WITH stays AS (
  SELECT v.deal_id, v.seen, coalesce(v.stage_entered_at, (
    SELECT min(e.seen) FROM versions e WHERE e.deal_id = v.deal_id AND e.seen <= v.seen AND NOT EXISTS (
      SELECT 1 FROM versions b
      WHERE b.deal_id = v.deal_id AND b.seen BETWEEN e.seen AND v.seen AND b.stage IS NOT v.stage))) AS since
  FROM versions v
)

SELECT a.period, a.scope,
       sum(iif(julianday(a.at_end) - julianday(s.since) > coalesce(l.days, data.stall_days), o.share * o.amount, 0))
         / nullif(sum(o.share * o.amount), 0)
FROM asked a JOIN data
LEFT JOIN open_deals o ON o.day = a.at_end AND o.scope = a.scope
LEFT JOIN stays s ON s.deal_id = o.deal_id AND s.seen = o.seen
LEFT JOIN limits l ON l.deal_id = o.deal_id AND l.day = o.day
GROUP BY a.period, a.scope
